"""Ids of what is only ever added: they tell when it was made, and sort by that."""

import os

from risk_platform.handover.clock import now_us


def new_id() -> str:
    """Return a UUID of version 7 (RFC 9562, 5.7): ids sort by the millisecond they were made in."""
    number = (now_us() // 1_000) << 80 | int.from_bytes(os.urandom(10))
    number = number & ~(0xF << 76) | 7 << 76
    number = number & ~(0b11 << 62) | 0b10 << 62
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
