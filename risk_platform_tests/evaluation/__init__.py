"""Tests of risk_platform.evaluation."""
