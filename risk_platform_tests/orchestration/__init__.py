"""Tests of risk_platform.orchestration."""
