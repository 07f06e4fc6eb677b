"""Tests of risk_platform.sources."""
