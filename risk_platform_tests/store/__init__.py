"""Tests of risk_platform.store."""
