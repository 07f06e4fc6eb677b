"""Tests of what a loan is."""
