"""Anchors: heads of the chain in a file outside the database, which its administrator cannot mend.

One line an anchor: position, hash and time. Lines are only ever added, each to the disk before it
counts. A line with a fourth part, JSON, is a cut: a restored database lacks what was anchored after
that position, and somebody has accepted that. Anchors of what was lost hold no longer.
"""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from filelock import FileLock

from risk_platform.errors.handover import BrokenChainError, LostAnchorError
from risk_platform.handover.clock import from_us, now_us, to_us

# More than a line mostly has.
_TAIL_BYTES = 256


@dataclass(frozen=True, slots=True)
class Head:
    """An end of the chain: its position, 1 the first, and its hash in hex."""

    position: int
    hash: str


START = Head(0, "0" * 64)


class Cut(msgspec.Struct, frozen=True):
    """What was lost in a restore, and who accepted that, and why.

    Parameters
    ----------
    lost_to
        The last position that had been anchored before.
    by, reason
        As ``log accept-restore`` was told.
    """

    lost_to: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the chain's head was, when that was written, and what was cut off behind it, if any."""

    head: Head
    at_us: int
    cut: Cut | None = None


class Anchors:
    """The anchors in a file.

    Parameters
    ----------
    file
        Where they are kept; best where who administers the database cannot write.
    clock
        Tells the time in microseconds since 1970: one outside the database.

    Attributes
    ----------
    file
        Where they are kept.

    Notes
    -----
    Iterating yields, in order of their positions, the anchors that hold; cuts are not among them.
    """

    def __init__(self, file: Path, clock: Callable[[], int] = now_us) -> None:
        self.file, self.now_us = file, clock
        self._lock = FileLock(f"{file}.lock")

    @contextmanager
    def held(self) -> Generator[None]:
        """Let nobody else write here before the block ends."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            yield

    def append(self, head: Head) -> None:
        """Anchor a head, unless the same is anchored already.

        Raises
        ------
        LostAnchorError
            What was anchored last is further along, or is another one.
        """
        with self.held():
            last = self.last()
            if last and last.head.position >= head.position:
                if last.head != head:
                    raise LostAnchorError(head.position, last.head.position)
                return
            self._write(Anchor(head, self.now_us()))

    def cut_behind(self, head: Head, by: str, reason: str) -> Anchor:
        """Give up all anchors behind one that holds, and return the cut."""
        with self.held():
            last = self.last()
            cut = Cut(last.head.position if last else 0, by.strip(), reason.strip())
            self._write(made := Anchor(head, self.now_us(), cut))
        return made

    def last(self) -> Anchor | None:
        """Return the newest line, be it a cut; ``None`` before the first."""
        if not self.file.exists():
            return None
        line, _ = _last_line(self.file)
        return _read(line) if line else None

    def cuts(self) -> list[Anchor]:
        """Return all cuts, in the order in which they were made."""
        return [_read(line) for line in self._lines() if b"{" in line]

    def __iter__(self) -> Iterator[Anchor]:
        upto = [cut.head.position for cut in self.cuts()]
        for anchor in map(_read, self._lines()):
            if anchor.cut:
                upto.pop(0)
            elif not upto or anchor.head.position <= min(upto):
                yield anchor

    def _lines(self) -> Iterator[bytes]:
        if not self.file.exists():
            return
        _, whole = _last_line(self.file)
        with self.file.open("rb") as file:
            while file.tell() < whole:
                yield file.readline()

    def _write(self, anchor: Anchor) -> None:
        words = [f"{anchor.head.position}", anchor.head.hash, from_us(anchor.at_us).isoformat()]
        if anchor.cut:
            words.append(msgspec.json.encode(anchor.cut).decode())
        with self.file.open("ab+") as file:
            file.truncate(_last_line(self.file)[1])
            file.write(f"{' '.join(words)}\n".encode())
            file.flush()
            os.fsync(file.fileno())


def _last_line(file: Path) -> tuple[bytes, int]:
    """Return the last whole line, and where it ends: a crash may have left a part of another."""
    size, span = file.stat().st_size, _TAIL_BYTES
    with file.open("rb") as opened:
        while True:
            begin = opened.seek(max(0, size - span))
            lines = opened.read(size - begin).split(b"\n")
            # Of the last line but one it is not known where it begins.
            if begin == 0 or len(lines) > 2:  # noqa: PLR2004 - one before, the last, a part
                return (lines[-2] if len(lines) > 1 else b""), size - len(lines[-1])
            span *= 16


def _read(line: bytes) -> Anchor:
    try:
        position, digest, at, *cut = line.decode().split(maxsplit=3)
        return Anchor(
            Head(int(position), digest),
            to_us(datetime.fromisoformat(at)),
            msgspec.json.decode(cut[0], type=Cut) if cut else None,
        )
    except (ValueError, TypeError) as error:
        raise BrokenChainError(0, "a line of the anchor file cannot be read") from error
