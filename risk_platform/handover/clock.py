"""The time of the handover's tables: whole microseconds since 1970, UTC."""

import time
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now_us() -> int:
    """Return the time."""
    return time.time_ns() // 1_000


def to_us(moment: datetime) -> int:
    """Return a moment as microseconds since 1970; it must know its time zone."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_us(at_us: int) -> datetime:
    """Return the moment, in UTC."""
    return _EPOCH + timedelta(microseconds=at_us)


def iso_of(at_us: int) -> str:
    """Return the moment as answers tell it: ISO 8601, UTC, to the millisecond."""
    return from_us(at_us).isoformat(timespec="milliseconds")
