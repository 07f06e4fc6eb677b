"""Recounting: how many records a file holds, found from its bytes alone.

The CSV reader's own count is held against it, so that a record which the reader lost is missed.
A record ends with a line break outside quotes, be it LF, CR or both; a quote opens a field only
where a field begins, or goes on with it where one has just closed it.
"""

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from risk_platform.sources.encoding import has_mark
from risk_platform.sources.places import CR, LF, Places, line_breaks

_QUOTE = ord('"')


class RecordCounter:
    """Count the records of bytes that come piece by piece.

    Parameters
    ----------
    delimiter
        The character between fields.
    """

    def __init__(self, delimiter: str) -> None:
        self._before_field = np.frombuffer(f"{delimiter}\n\r".encode(), np.uint8)
        #: Whether something was met that no text has.
        self.has_mark = False
        self._in_quotes = False
        #: The last byte.
        self.last = LF
        # Whether the last byte was a quote that opened or closed; one amid a field does neither.
        self._last_turned = False
        #: How many records have ended.
        self.ended = 0

    @property
    def records(self) -> int:
        """How many there were so far; what stands after the last line break is one."""
        return self.ended + (self._in_quotes or self.last not in (LF, CR))

    def feed(self, piece: bytes) -> NDArray[np.intp] | None:
        """Count the records that end in a piece.

        Returns
        -------
        ndarray or None
            Where they end, in no order; none where every line break ends one.
        """
        if not piece:
            return None
        self.has_mark = self.has_mark or has_mark(piece)
        ends = None
        if b'"' in piece or self._in_quotes:
            ends = self._feed_quoted(np.frombuffer(piece, np.uint8))
            self.ended += len(ends)
        else:
            self.ended += piece.count(b"\n")
            if b"\r" in piece:
                self.ended += piece.count(b"\r") - piece.count(b"\r\n")
            self.ended -= self.last == CR and piece[0] == LF
            self._last_turned = False
        self.last = piece[-1]
        return ends

    def _feed_quoted(self, codes: NDArray[np.uint8]) -> NDArray[np.intp]:
        quotes = np.flatnonzero(codes == _QUOTE)
        turns = quotes if self._all_turn(codes, quotes) else self._turning(codes, quotes)
        breaks = line_breaks(codes, self.last)
        is_end = (np.searchsorted(turns, breaks) + self._in_quotes) % 2 == 0
        self._in_quotes = bool((len(turns) + self._in_quotes) % 2)
        self._last_turned = bool(len(turns)) and int(turns[-1]) == len(codes) - 1
        return breaks[is_end]

    def _all_turn(self, codes: NDArray[np.uint8], quotes: NDArray[np.intp]) -> bool:
        """Whether every quote opens or closes: none stands amid a field without quotes."""
        opening = quotes[int(self._in_quotes) :: 2]
        before = np.where(opening > 0, codes[opening - 1], self.last)
        begins = np.isin(before, self._before_field)
        # Where every quote turns, one right before another has closed the field.
        goes_on = (before == _QUOTE) & ((opening > 0) | self._last_turned)
        return bool((begins | goes_on).all())

    def _turning(self, codes: NDArray[np.uint8], quotes: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the quotes that open or close, found one after the other."""
        turning: list[int] = []
        inside = self._in_quotes
        closed_at = -1 if self._last_turned else -2
        for at in quotes.tolist():
            before = codes[at - 1] if at else self.last
            if inside or before in self._before_field or closed_at == at - 1:
                inside = not inside
                closed_at = at
                turning.append(at)
        return np.array(turning, dtype=np.intp)


class CountedStream(io.RawIOBase):
    """A stream that counts the records that are read from it, and knows where they stand.

    Parameters
    ----------
    stream
        Where the bytes come from, at the first record.
    counter
        What counts them.
    places
        What keeps them until they are judged.
    before
        What is done before each piece is read.
    """

    def __init__(
        self,
        stream: io.BufferedReader,
        counter: RecordCounter,
        places: Places,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self._stream, self._counter, self._places = stream, counter, places
        self._before = before

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read, count what was read, and keep it."""
        self._before()
        piece = self._stream.read(size)
        records, before = self._counter.ended, self._counter.last
        ends = self._counter.feed(piece)
        self._places.keep(piece, records, before, ends)
        return piece
