"""Integrity: whether a fetched file is what its name says, and still what it was when it came."""

import gzip
import hashlib
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from risk_platform.errors.kaggle import ChangedDownloadError, DamagedDownloadError

CHECKSUM = ".sha256"
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_PIECE_BYTES = 2**20
# What the libraries raise; a zip that wants a password is a RuntimeError.
_DAMAGE = (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)


def recall_or_keep_checksum(path: Path) -> None:
    """Compare a fetched file with the SHA-256 kept beside it, or keep that of one that is new.

    A new archive is read to its end first, and removed where it is none, so that it is fetched
    anew: what a cut or a page of some proxy has left is no file of loans.

    Raises
    ------
    ChangedDownloadError
        The file is not the one whose checksum was kept.
    DamagedDownloadError
        A new file is no archive though its name says so, a damaged one, or a web page.
    """
    kept = path.with_name(path.name + CHECKSUM)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if not kept.exists():
        _look_through(path)
        # As sha256sum writes it, so that it can be checked by hand too; and whole or not at all.
        unfinished = kept.with_name(kept.name + ".new")
        unfinished.write_text(f"{digest}  {path.name}\n", encoding="utf-8")
        unfinished.replace(kept)
    elif kept.read_text(encoding="utf-8").split()[0] != digest:
        raise ChangedDownloadError(path)


def _look_through(path: Path) -> None:
    try:
        _unpack(path)
    except _DAMAGE as damage:
        path.unlink()
        raise DamagedDownloadError(path.name, str(damage)) from damage


def _unpack(path: Path) -> None:
    with path.open("rb") as stream:
        start = stream.read(len(_ZIP))
    # The beginning tells more than the ending: the file of 2020 ends in .gzip and is plain text.
    if start.startswith(_GZIP):
        with gzip.open(path) as packed:
            _drain(cast("BinaryIO", packed))
    elif start == _ZIP:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                with archive.open(member) as packed:
                    _drain(cast("BinaryIO", packed))
    elif path.suffix in {".gz", ".zip"}:
        raise zipfile.BadZipFile("it is no archive")
    elif start.lstrip().startswith(b"<"):
        raise zipfile.BadZipFile("it is a web page")


def _drain(stream: BinaryIO) -> None:
    while stream.read(_PIECE_BYTES):
        pass
