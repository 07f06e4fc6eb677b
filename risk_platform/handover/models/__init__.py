"""Models go out: registry, record of promotions, trial, and the cache that services read."""
