"""The doors between platform and service."""
