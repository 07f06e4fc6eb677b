"""Rates: how many applications a key may send, counted by all workers of a host together.

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
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

_SLOT = struct.Struct("<8sd")
_SLOTS = 4_096
# Behind the slots stands when somebody asked last.
_SEEN, _SEEN_AT = struct.Struct("<d"), _SLOT.size * _SLOTS
_FILE_BYTES = _SEEN_AT + _SEEN.size
# How far from its own place a key may stand where others took it.
_REACH = 32
# How many applications a key may owe: as many as ten batches hold that are read at the same time.
_MOST_OWED = 10_000


class Rates:
    """A limit that holds for each key over all workers of a host.

    Parameters
    ----------
    file
        What the workers share; it is made where it is missing.
    per_minute
        How many applications a minute go on for ever; any other request counts as one.
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
        self._furthest = self._window + _MOST_OWED * self._interval
        self._clock = clock
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._file, _FILE_BYTES)
        self._slots = mmap.mmap(self._file, _FILE_BYTES)

    def wait(self, key: str) -> float:
        """Count a request; return 0, or after how many seconds it would be one too many no more.

        To be called by one thread of a process, as all here: the lock is between processes.
        """
        with self._locked() as now:
            place, mark, due = self._find(key, now)
            after = due + self._interval
            # A few parts in 1e9: sums of intervals are not exact.
            over = after - now - self._window
            if over > self._interval * 1e-6:
                return over
            _SLOT.pack_into(self._slots, place, mark, after)
            return 0.0

    def owe(self, key: str, applications: int) -> None:
        """Count what a request that was let in holds besides; whoever asks next waits for it."""
        with self._locked() as now:
            place, mark, due = self._find(key, now)
            after = due + applications * self._interval
            _SLOT.pack_into(self._slots, place, mark, min(after, now + self._furthest))

    def close(self) -> None:
        """Let the file go."""
        self._slots.close()
        os.close(self._file)

    @contextmanager
    def _locked(self) -> Generator[float]:
        """Keep other processes out during the block, and give the time."""
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            now = self._clock()
            if now < _SEEN.unpack_from(self._slots, _SEEN_AT)[0]:
                # The clock begins anew with the machine: what stands here is of another life.
                self._slots[:_SEEN_AT] = bytes(_SEEN_AT)
            _SEEN.pack_into(self._slots, _SEEN_AT, now)
            yield now
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _find(self, key: str, now: float) -> tuple[int, bytes, float]:
        """Return a key's place, its mark, and its number where that is ahead, else the time.

        A place whose number has passed is anybody's.
        """
        mark = hashlib.blake2b(key.encode(), digest_size=8).digest()
        start = int.from_bytes(mark, "little")
        free, soonest = -1, (math.inf, -1)
        for step in range(_REACH):
            place = (start + step) % _SLOTS * _SLOT.size
            found, due = _SLOT.unpack_from(self._slots, place)
            # What lies further ahead than anything that is written here is none of ours.
            is_past = not now < due <= now + self._furthest + self._interval
            if found == mark:
                return place, mark, now if is_past else due
            if is_past and free < 0:
                free = place
            soonest = min(soonest, (due, place))
        return (free if free >= 0 else soonest[1]), mark, now
