"""Rates: how often a key may ask, counted by all workers of a host together.

The generic cell rate algorithm (GCRA; ITU-T I.371, 1996) keeps one number a key: the time by which
everything that was asked would have been asked at the even rate. It stands in a small file that
the workers map into their memory, each change under a lock of the file.
"""

import fcntl
import hashlib
import math
import mmap
import os
import struct
import time
from collections.abc import Callable
from pathlib import Path

_SLOT = struct.Struct("<8sd")
_SLOTS = 4_096
# How far from its own place a key may stand where others took it.
_REACH = 32


class Rates:
    """A limit that holds for each key over all workers of a host.

    Parameters
    ----------
    file
        What the workers share; it is made where it is missing.
    per_minute
        How many requests a minute go on for ever.
    burst
        How many may come at once after a pause.
    clock
        Seconds that never go back, the same in all processes.
    """

    def __init__(
        self,
        file: Path,
        per_minute: int,
        burst: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval = 60 / per_minute
        self._window = burst * self._interval
        self._clock = clock
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._file, _SLOT.size * _SLOTS)
        self._slots = mmap.mmap(self._file, _SLOT.size * _SLOTS)

    def wait(self, key: str) -> float:
        """Count a request; return 0, or after how many seconds it would be one too many no more.

        To be called by one thread of a process: the lock is between processes.
        """
        mark = hashlib.blake2b(key.encode(), digest_size=8).digest()
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            return self._count(mark, self._clock())
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let the file go."""
        self._slots.close()
        os.close(self._file)

    def _count(self, mark: bytes, now: float) -> float:
        place, due = self._find(mark, now)
        after = max(due, now) + self._interval
        # A few parts in 1e9: sums of intervals are not exact.
        over = after - now - self._window
        if over > self._interval * 1e-6:
            return over
        _SLOT.pack_into(self._slots, place, mark, after)
        return 0.0

    def _find(self, mark: bytes, now: float) -> tuple[int, float]:
        """Return a key's place and number; a place whose number has passed is anybody's."""
        start = int.from_bytes(mark, "little")
        free, soonest = -1, (math.inf, -1)
        for step in range(_REACH):
            place = (start + step) % _SLOTS * _SLOT.size
            found, due = _SLOT.unpack_from(self._slots, place)
            # The clock begins anew with the machine: what lies too far ahead is of another life.
            is_past = not now < due <= now + self._window + self._interval
            if found == mark:
                return place, now if is_past else due
            if is_past and free < 0:
                free = place
            soonest = min(soonest, (due, place))
        return (free if free >= 0 else soonest[1]), now
