"""Roles: what an API key may open."""

from enum import StrEnum


class Role(StrEnum):
    """What a key opens: scoring, reading what was decided, stopping the service, resuming it."""

    SCORE = "score"
    READ = "read"
    OPERATE = "operate"
    RESUME = "resume"
