"""Anchors: heads of the chain in a file outside the database, which its administrator cannot mend.

One line an anchor: position, hash and time. Lines are only ever added, each to the disk before it
counts.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from risk_platform.errors.handover import BrokenChainError

# Longer than any line.
_TAIL_BYTES = 256


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the chain's head was: its position, 1 the first, and its hash in hex."""

    position: int
    hash: str


class Anchors:
    """The anchors in a file.

    Parameters
    ----------
    file
        Where they are kept; best where who administers the database cannot write.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def append(self, anchor: Anchor) -> None:
        """Write an anchor, unless one as far along is there: several processes may seal."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self._file}.lock"), self._file.open("ab+") as file:
            last = self.last()
            if last and last.position >= anchor.position:
                return
            file.truncate(_whole(self._file))
            at = datetime.now(UTC).isoformat(timespec="seconds")
            file.write(f"{anchor.position} {anchor.hash} {at}\n".encode())
            file.flush()
            os.fsync(file.fileno())

    def last(self) -> Anchor | None:
        """Return the newest anchor; ``None`` before the first."""
        if not self._file.exists():
            return None
        with self._file.open("rb") as file:
            whole = _whole(self._file)
            file.seek(max(0, whole - _TAIL_BYTES))
            lines = file.read(whole - file.tell()).splitlines()
        return _read(lines[-1]) if lines else None

    def __iter__(self) -> Iterator[Anchor]:
        if not self._file.exists():
            return
        whole = _whole(self._file)
        with self._file.open("rb") as file:
            while file.tell() < whole:
                yield _read(file.readline())


def _whole(file: Path) -> int:
    """Return how many bytes of a file are whole lines: a crash may have left a part of one."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        opened.seek(max(0, size - _TAIL_BYTES))
        tail = opened.read()
    return size - len(tail) + tail.rfind(b"\n") + 1


def _read(line: bytes) -> Anchor:
    words = line.decode(errors="replace").split()
    if len(words) != 3 or not words[0].isdigit():  # noqa: PLR2004 - position, hash, time
        raise BrokenChainError(0, "a line of the anchor file cannot be read")
    return Anchor(int(words[0]), words[1])
