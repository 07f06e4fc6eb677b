"""Benchmarks: ratios against peers and ceilings, each measured in turn with what it is held to."""
