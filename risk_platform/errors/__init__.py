"""Errors: what can go wrong, by the part of the platform that meets it."""
