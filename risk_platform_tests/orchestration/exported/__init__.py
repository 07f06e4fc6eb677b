"""Tests of what Prometheus is told of Dagster."""
