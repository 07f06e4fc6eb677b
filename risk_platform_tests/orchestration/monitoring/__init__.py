"""Tests of what looks at decisions, and lets scoring go on or stops it."""
