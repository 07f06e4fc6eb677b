"""Recounting: how many records a file holds, found from its bytes alone.

The CSV reader's own count is held against it, so that a record which the reader lost is missed.
A record ends with a line break outside quotes, be it LF, CR or both; a quote opens a field only
where a field begins, or goes on with it where one has just closed it.
"""

import io

import numpy as np
from numpy.typing import NDArray

from risk_platform.sources.encoding import has_mark

_QUOTE, _BREAK, _RETURN = b'"\n\r'


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
        self._last = _BREAK
        # Whether the last byte was a quote that opened or closed; one amid a field does neither.
        self._last_turned = False
        self._ended = 0

    @property
    def records(self) -> int:
        """How many there were so far; what stands after the last line break is one."""
        return self._ended + (self._in_quotes or self._last not in (_BREAK, _RETURN))

    def feed(self, piece: bytes) -> None:
        """Count the records that end in a piece."""
        if not piece:
            return
        self.has_mark = self.has_mark or has_mark(piece)
        if b'"' in piece or self._in_quotes:
            self._feed_quoted(np.frombuffer(piece, np.uint8))
        else:
            self._ended += piece.count(b"\n")
            if b"\r" in piece:
                self._ended += piece.count(b"\r") - piece.count(b"\r\n")
            self._ended -= self._last == _RETURN and piece[0] == _BREAK
            self._last_turned = False
        self._last = piece[-1]

    def _feed_quoted(self, codes: NDArray[np.uint8]) -> None:
        quotes = np.flatnonzero(codes == _QUOTE)
        turns = quotes if self._all_turn(codes, quotes) else self._turning(codes, quotes)
        breaks = self._breaks(codes)
        within = (np.searchsorted(turns, breaks) + self._in_quotes) % 2
        self._ended += int(len(breaks) - within.sum())
        self._in_quotes = bool((len(turns) + self._in_quotes) % 2)
        self._last_turned = bool(len(turns)) and int(turns[-1]) == len(codes) - 1

    def _breaks(self, codes: NDArray[np.uint8]) -> NDArray[np.intp]:
        """Return the line breaks, in no order: every CR, and every LF that follows none."""
        feeds, returns = np.flatnonzero(codes == _BREAK), np.flatnonzero(codes == _RETURN)
        before = np.where(feeds > 0, codes[feeds - 1], self._last)
        return np.concatenate((returns, feeds[before != _RETURN]))

    def _all_turn(self, codes: NDArray[np.uint8], quotes: NDArray[np.intp]) -> bool:
        """Whether every quote opens or closes: none stands amid a field without quotes."""
        opening = quotes[int(self._in_quotes) :: 2]
        before = np.where(opening > 0, codes[opening - 1], self._last)
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
            before = codes[at - 1] if at else self._last
            if inside or before in self._before_field or closed_at == at - 1:
                inside = not inside
                closed_at = at
                turning.append(at)
        return np.array(turning, dtype=np.intp)


class CountedStream(io.RawIOBase):
    """A stream that counts the records that are read from it.

    Parameters
    ----------
    stream
        Where the bytes come from, at the first record.
    counter
        What counts them.
    """

    def __init__(self, stream: io.BufferedReader, counter: RecordCounter) -> None:
        self._stream = stream
        self._counter = counter

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read, and count what was read."""
        piece = self._stream.read(size)
        self._counter.feed(piece)
        return piece
