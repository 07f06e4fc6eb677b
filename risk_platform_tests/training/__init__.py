"""Tests of risk_platform.training."""
