"""Times as answers tell them: ISO 8601, UTC."""

from datetime import UTC, datetime


def iso(microseconds: int) -> str:
    """Return a moment, given as microseconds since 1970."""
    return datetime.fromtimestamp(microseconds / 1e6, UTC).isoformat(timespec="milliseconds")
