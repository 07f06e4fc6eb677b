"""Tests of risk_platform.evaluation.drift."""
