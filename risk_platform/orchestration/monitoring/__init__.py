"""Monitoring: what looks at decisions while they are made, and lets scoring go on or stops it."""
