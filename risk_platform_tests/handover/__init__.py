"""Tests of the doors between platform and service."""
