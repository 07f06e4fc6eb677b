"""Ids of what is only ever added: they tell when it was made, and sort by that."""

import os
import uuid
from contextlib import suppress

from risk_platform.handover.clock import now_us

_VERSION = 7


def new_id() -> str:
    """Return a UUID of version 7 (RFC 9562, 5.7): ids sort by the millisecond they were made in."""
    number = (now_us() // 1_000) << 80 | int.from_bytes(os.urandom(10))
    number = number & ~(0xF << 76) | _VERSION << 76
    number = number & ~(0b11 << 62) | 0b10 << 62
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def made_ms(id_: str) -> int | None:
    """Return when an id was made, in milliseconds since 1970; ``None``: it is none of these."""
    with suppress(ValueError):
        known = uuid.UUID(id_)
        return known.int >> 80 if known.version == _VERSION else None
    return None
