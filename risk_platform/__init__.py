"""Credit risk on LendingClub loans: from raw files to a scored application."""
