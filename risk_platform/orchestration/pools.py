"""Pools: what only one run may do at a time; the limit of each stands in ``dagster.yaml``."""

# A JVM takes the memory that is there, and all cores.
SPARK = "spark"
# Landing reads whole files and writes one table; registering moves one alias.
LANDING = "landing"
REGISTRY = "registry"
