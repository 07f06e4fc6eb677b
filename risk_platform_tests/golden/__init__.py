"""Awkward loans, invented by us, with features that were worked out by hand."""
