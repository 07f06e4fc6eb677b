"""Judging: arrays in, numbers out."""
