"""Opening a raw file, whatever it is packed in, and telling what was read of it."""

import bz2
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import PurePath
from typing import IO, cast

from risk_platform.errors.sources import UnreadableSourceError
from risk_platform.sources.encoding import Recoded
from risk_platform.sources.raw_file import RawFile

PIECE_BYTES = 2**20
# What a packed file begins with; those of the second kind are not unpacked here.
_STARTS = {
    ".gz": re.compile(rb"\x1f\x8b"),
    ".bz2": re.compile(rb"BZh[1-9]1AY&SY"),
    ".xz": re.compile(rb"\xfd7zXZ\0"),
}
_FOREIGN = {
    "Zstandard": b"\x28\xb5\x2f\xfd",
    "zip": b"PK\x03\x04",
    "7-Zip": b"7z\xbc\xaf\x27\x1c",
    "RAR": b"Rar!\x1a",
}
_START_BYTES = 10
# Of the file, not of the disk it lies on: what a disk does wrong may pass, and is tried again.
_DAMAGE = (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, lzma.LZMAError)

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

    Raises
    ------
    UnreadableSourceError
        It is damaged, or packed by what is not unpacked here; when it is read, too.
    """
    try:
        with _opened(raw, tell) as stream:
            yield stream
    except _DAMAGE as damage:
        raise UnreadableSourceError(raw.name, str(damage)) from damage


@contextmanager
def _opened(raw: RawFile, tell: Tell | None) -> Iterator[io.BufferedReader]:
    with ExitStack() as opened:
        if raw.member:
            archive = opened.enter_context(zipfile.ZipFile(raw.path))
            file, tell = opened.enter_context(_open_member(archive, raw)), None
        else:
            file = cast("IO[bytes]", opened.enter_context(raw.path.open("rb", buffering=0)))
        packing = _packing(raw, file)
        told = cast("IO[bytes]", _Told(file, tell)) if tell else file
        text = opened.enter_context(_unpacked(told, packing, raw.name))
        yield io.BufferedReader(Recoded(text, raw.encoding), PIECE_BYTES)
        while tell and told.read(PIECE_BYTES):
            pass


class _Told:
    """A stream that tells what is read of it."""

    def __init__(self, stream: IO[bytes], tell: Tell) -> None:
        self._stream, self._tell = stream, tell

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self._tell(piece)
        return piece


class _Bzip2(bz2.BZ2File):
    """A packed stream that says whose damage it is: the library blames the disk."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        super().__init__(stream)
        self._file = name

    def read(self, size: int | None = -1) -> bytes:
        try:
            return super().read(-1 if size is None else size)
        except OSError as damage:
            if damage.errno is not None:
                raise
            raise UnreadableSourceError(self._file, str(damage)) from damage


def _packing(raw: RawFile, file: IO[bytes]) -> str:
    """Return how a file is packed, and leave the stream at its beginning.

    Its ending says so, and what it begins with where the ending does not: Kaggle's of 2020 ends in
    ``.gzip`` and is plain text.
    """
    ending = PurePath(raw.member or raw.path).suffix.lower()
    if ending in _STARTS:
        return ending
    start = file.read(_START_BYTES)
    file.seek(0)
    for name, first in _FOREIGN.items():
        if start.startswith(first):
            raise UnreadableSourceError(raw.name, f"it is packed by {name}: unpack it first")
    return next((ending for ending, first in _STARTS.items() if first.match(start)), "")


def _unpacked(file: IO[bytes], packing: str, name: str) -> AbstractContextManager[IO[bytes]]:
    match packing:
        case ".gz":
            unpacked = gzip.GzipFile(fileobj=file)
        case ".bz2":
            unpacked = _Bzip2(file, name)
        case ".xz":
            unpacked = lzma.LZMAFile(file)  # noqa: SIM115 - whoever opens it closes it
        case _:
            return nullcontext(file)
    return cast("AbstractContextManager[IO[bytes]]", unpacked)


def _open_member(archive: zipfile.ZipFile, raw: RawFile) -> IO[bytes]:
    try:
        return archive.open(raw.member)
    except (RuntimeError, NotImplementedError) as refusal:
        # So does the library say that a password is needed, or a way of packing unknown.
        raise UnreadableSourceError(raw.name, str(refusal)) from refusal
