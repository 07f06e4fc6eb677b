"""Raw loans to features on other machines than one's own: clusters, remote disks, crashes."""
