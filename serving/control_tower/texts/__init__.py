"""Texts: whatever the tower says, in English and in Spanish; a module for each page."""
