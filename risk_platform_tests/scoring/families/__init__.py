"""Tests of risk_platform.scoring.families."""
