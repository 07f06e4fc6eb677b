"""What Prometheus is told of Dagster: runs, assets, checks, daemons, and what sensors said last."""
