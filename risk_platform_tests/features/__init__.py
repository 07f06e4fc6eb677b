"""Tests of risk_platform.features."""
