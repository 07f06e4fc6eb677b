"""Places: on which line of a raw file a record begins, and its text as it stands there.

The bytes that were read are kept until their records have been judged. So a record that is set
aside can be cut out of them, and one that is a loan costs nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

LF, CR = b"\n\r"
_BEGIN, _RECORDS = attrgetter("begin"), attrgetter("records")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands.

    Parameters
    ----------
    line
        The line of the file on which it begins, from 1, header included.
    text
        The whole of it, without the line break that ends it.

    Notes
    -----
    Both are null where the count of the bytes knows no record of that number: such a file does not
    reconcile.
    """

    line: int | None = None
    text: str | None = None


@dataclass(frozen=True)
class Piece:
    """Some bytes of a file.

    Parameters
    ----------
    content
        The bytes.
    begin, records, lines
        How many bytes stand, and records and lines end, before them.
    before
        The byte before them.
    line_break
        The byte that ends a line.
    met
        Where records end within them, in no order; none where every line break ends one.
    """

    content: bytes
    begin: int
    records: int
    lines: int
    before: int
    line_break: int
    met: NDArray[np.intp] | None

    @cached_property
    def codes(self) -> NDArray[np.uint8]:
        """The bytes as numbers."""
        return np.frombuffer(self.content, np.uint8)

    @cached_property
    def ends(self) -> NDArray[np.intp]:
        """Where records end, in order."""
        return np.sort(line_breaks(self.codes, self.before) if self.met is None else self.met)

    @cached_property
    def line_ends(self) -> NDArray[np.intp]:
        """Where lines end."""
        return np.flatnonzero(self.codes == self.line_break)


class Places:
    """Where the records stand that were read, and are not yet judged.

    Parameters
    ----------
    lines
        How many stand above the first record.
    line_break
        The byte that ends a line: LF, or CR in a file that has no other.
    """

    def __init__(self, lines: int, line_break: int = LF) -> None:
        # Arrow's thread adds to it while others look into it: each touches it once, as a whole.
        self._pieces: list[Piece] = []
        self._begin, self._lines, self._line_break = 0, lines, line_break

    def keep(self, content: bytes, records: int, before: int, met: NDArray[np.intp] | None) -> None:
        """Keep the next bytes, before which so many records end."""
        lines, line_break = self._lines, self._line_break
        piece = Piece(content, self._begin, records, lines, before, line_break, met)
        self._begin += len(content)
        self._lines += content.count(line_break)
        self._pieces.append(piece)

    @property
    def held_bytes(self) -> int:
        """How much of the file is kept."""
        return sum(len(piece.content) for piece in [*self._pieces])

    def forget(self, number: int) -> None:
        """Let go of what stands before a record."""
        # The break that ends the record before it tells where it begins.
        del self._pieces[: max(0, bisect_left(self._pieces, number - 1, key=_RECORDS) - 1)]

    def find(self, numbers: Iterable[int]) -> list[Place]:
        """Find records by their numbers, from 1."""
        pieces = [*self._pieces]
        return [_find(pieces, number) for number in numbers]


def line_breaks(codes: NDArray[np.uint8], before: int) -> NDArray[np.intp]:
    """Return the line breaks, in no order: every CR, and every LF that follows none.

    Parameters
    ----------
    codes
        Bytes.
    before
        The byte before them.
    """
    feeds, returns = np.flatnonzero(codes == LF), np.flatnonzero(codes == CR)
    earlier = np.where(feeds > 0, codes[feeds - 1], before)
    return np.concatenate((returns, feeds[earlier != CR]))


def _find(pieces: list[Piece], number: int) -> Place:
    before, end = _end(pieces, number - 1), _end(pieces, number)
    if before is None or end is None:
        return Place()
    start = before + 1
    if before >= 0 and _cut(pieces, before, start + 1) == bytes((CR, LF)):
        start += 1
    if start >= pieces[-1].begin + len(pieces[-1].content):
        return Place()
    piece = pieces[bisect_right(pieces, start, key=_BEGIN) - 1]
    line = piece.lines + int(np.searchsorted(piece.line_ends, start - piece.begin)) + 1
    return Place(line, _cut(pieces, start, end).decode())


def _end(pieces: list[Piece], number: int) -> int | None:
    """Return where the file has the line break that ends a record, or ends itself."""
    if not number:
        return -1
    at = bisect_left(pieces, number, key=_RECORDS) - 1
    if at < 0:
        return None
    piece = pieces[at]
    place = number - piece.records - 1
    if place < len(piece.ends):
        return piece.begin + int(piece.ends[place])
    return piece.begin + len(piece.content) if place == len(piece.ends) else None


def _cut(pieces: list[Piece], start: int, end: int) -> bytes:
    first = bisect_right(pieces, start, key=_BEGIN) - 1
    last = bisect_left(pieces, end, key=_BEGIN)
    return b"".join(
        piece.content[max(0, start - piece.begin) : max(0, end - piece.begin)]
        for piece in pieces[first:last]
    )
