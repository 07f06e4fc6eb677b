"""Roles: what an API key may open."""

from enum import StrEnum


class Role(StrEnum):
    """What a key opens: scoring, reading what was decided, or watching over the service."""

    SCORE = "score"
    READ = "read"
    OPERATE = "operate"
