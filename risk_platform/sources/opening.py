"""Opening a raw file, whatever it is packed in, and telling what was read of it."""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from risk_platform.errors.sources import UnreadableSourceError
from risk_platform.sources.encoding import Recoded
from risk_platform.sources.raw_file import RawFile

PIECE_BYTES = 2**20
GZIP_START = b"\x1f\x8b"

Tell = Callable[[bytes], object]


@contextmanager
def open_raw(raw: RawFile, tell: Tell | None = None) -> Iterator[io.BufferedReader]:
    """Open the file's text as bytes: unpacked, and in UTF-8.

    Parameters
    ----------
    raw
        The file.
    tell
        Told every byte of it, as it lies on disk: what is read, when it is read, and the rest when
        the block ends well. A member of an archive is not read from end to end, so nothing is told
        of one.
    """
    with ExitStack() as opened:
        if raw.member:
            archive = opened.enter_context(zipfile.ZipFile(raw.path))
            text = opened.enter_context(_open_member(archive, raw))
            yield _recoded(text, raw.encoding)
            return
        file = cast("BinaryIO", opened.enter_context(raw.path.open("rb", buffering=0)))
        told = cast("BinaryIO", _Told(file, tell) if tell else file)
        text = opened.enter_context(gzip.GzipFile(fileobj=told)) if _is_gzip(raw.path) else told
        yield _recoded(cast("IO[bytes]", text), raw.encoding)
        while tell and told.read(PIECE_BYTES):
            pass


class _Told:
    """A stream that tells what is read of it."""

    def __init__(self, stream: BinaryIO, tell: Tell) -> None:
        self._stream, self._tell = stream, tell

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self._tell(piece)
        return piece


def _recoded(text: IO[bytes], encoding: str) -> io.BufferedReader:
    return io.BufferedReader(Recoded(text, encoding), PIECE_BYTES)


def _is_gzip(path: Path) -> bool:
    """Whether a file is packed; Kaggle's of 2020 ends in ``.gzip`` and is plain text."""
    suffix = path.suffix.lower()
    if suffix != ".gzip":
        return suffix == ".gz"
    with path.open("rb") as stream:
        return stream.read(len(GZIP_START)) == GZIP_START


def _open_member(archive: zipfile.ZipFile, raw: RawFile) -> IO[bytes]:
    try:
        return archive.open(raw.member)
    except (RuntimeError, NotImplementedError) as refusal:
        # So does the library say that a password is needed, or a way of packing unknown.
        raise UnreadableSourceError(raw.name, str(refusal)) from refusal
