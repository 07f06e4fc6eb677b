"""Screens: one page each. They ask, and lay out; what is worked out is worked out elsewhere."""
