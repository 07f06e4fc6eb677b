"""Tests of inputs to score."""
