"""Tests of risk_platform.spark."""
