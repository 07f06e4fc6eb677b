"""Hands: what is done to the platform itself on a bad day, where it runs, and undone again."""
