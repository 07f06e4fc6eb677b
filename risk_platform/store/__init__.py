"""What runs publish: tables and documents, whole and verified, on a local or a remote disk."""
