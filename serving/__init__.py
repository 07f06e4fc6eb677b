"""The scoring service: a champion from the registry, behind an HTTP API."""
