"""Encoding: whatever a raw file is written in is read as UTF-8, and what is no text is found.

A byte that cannot be decoded becomes U+FFFD, so that it costs the record that holds it and no
other: records with that mark, or with a NUL, are set aside.
"""

import codecs
import io
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

UTF8 = "utf-8"
MARKS = ("\0", "\ufffd")
_PIECE_BYTES = 2**20


class Recoded(io.RawIOBase):
    """A stream of any encoding, read as UTF-8.

    Parameters
    ----------
    stream
        The bytes as they are.
    encoding
        How they are to be read, by Python's name.
    """

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._is_utf8 = codecs.lookup(encoding).name == UTF8
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Fill a buffer with as much UTF-8 as there is, or as fits."""
        while not self._ready:
            piece = self._stream.read(_PIECE_BYTES)
            self._ready = memoryview(self._recode(piece))
            if not piece:
                break
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _recode(self, piece: bytes) -> bytes:
        # Nearly every piece is plain ASCII, which is UTF-8 already.
        if self._is_utf8 and piece.isascii() and not self._decoder.getstate()[0]:
            return piece
        return self._decoder.decode(piece, final=not piece).encode()


def has_mark(piece: bytes) -> bool:
    """Whether UTF-8 bytes hold what no text has."""
    return any(mark.encode() in piece for mark in MARKS)


def marked(fields: pa.RecordBatch) -> pa.Array:
    """Return which records hold, in any field, what no text has."""
    found = pa.array([False] * len(fields), pa.bool_())
    for texts in fields.columns:
        for mark in MARKS:
            has = pc.fill_null(pc.match_substring(texts, mark), fill_value=False)
            found = pc.or_(found, has)
    return found
