"""Files of tables, each with rows, bytes and digest: read from the disk, and found there again.

A file is described from what stands on the disk after writing, never from what was meant to be.
"""

import atexit
import hashlib
import io
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, cast

import pyarrow as pa
import pyarrow.parquet as pq
from fsspec import AbstractFileSystem

from risk_platform.errors.tables import DamagedTableError
from risk_platform.store.disk import is_local, sizes
from risk_platform.store.scratch import scratch_folder

Columns = Mapping[str, str]
# Parquet ends with the length of the footer and a mark.
_FOOTER_END = 8
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, order=True)
class TableFile:
    """One Parquet file of a table; or the file of a document, which is all of it and one row.

    Parameters
    ----------
    part
        The part of the table that it belongs to.
    path
        Where it stands, below the table's folder: tables can be moved with their folders.
    rows, size
        As its footer says, and its bytes.
    sha256, body
        SHA-256, in hex, of all its bytes, and of those before the footer: the values. Spark's
        writer of Parquet lists a column's encodings in the footer in an order that is another in
        each JVM, so the same values have the same body, but not the same file.
    """

    part: str
    path: str
    rows: int
    size: int
    sha256: str
    body: str

    @property
    def version(self) -> str:
        """The version that wrote it."""
        return self.path.partition("/")[0]


def read_files(
    disk: AbstractFileSystem, home: str, part_of: Mapping[str, str]
) -> list[tuple[TableFile, Columns]]:
    """Read whole files, several at a time, and tell what each is and which columns it has.

    Parameters
    ----------
    disk, home
        Where the table's folder is.
    part_of
        Path below it to the part that the file belongs to.

    Raises
    ------
    DamagedTableError
        A file is not there, or is no whole Parquet file.
    """
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda item: _read_file(disk, home, *item), part_of.items()))


def _read_file(
    disk: AbstractFileSystem, home: str, path: str, part: str
) -> tuple[TableFile, Columns]:
    try:
        with disk.open(f"{home}/{path}", "rb") as file:
            footer = pq.read_metadata(file)
            size = file.seek(0, io.SEEK_END)
            body, sha256 = _digests(
                cast("IO[bytes]", file), size - footer.serialized_size - _FOOTER_END, size
            )
    except FileNotFoundError as error:
        raise DamagedTableError(f"{home}/{path}", "is missing") from error
    except pa.ArrowInvalid as error:
        raise DamagedTableError(f"{home}/{path}", "is no whole Parquet file") from error
    columns = {field.name: str(field.type) for field in footer.schema.to_arrow_schema()}
    return TableFile(part, path, footer.num_rows, size, sha256, body), columns


def digest_of(disk: AbstractFileSystem, path: str) -> str:
    """Return the SHA-256, in hex, of a file's bytes as they are on the disk now.

    Raises
    ------
    DamagedTableError
        There is no such file.
    """
    try:
        with disk.open(path, "rb") as file:
            return hashlib.file_digest(cast("io.BytesIO", file), "sha256").hexdigest()
    except FileNotFoundError as error:
        raise DamagedTableError(path, "is missing") from error


def _digests(file: IO[bytes], *ends: int) -> list[str]:
    """Return the SHA-256 of a file up to each of some places, in one reading."""
    digest, found = hashlib.sha256(), list[str]()
    file.seek(0)
    for end in ends:
        while chunk := file.read(min(end - file.tell(), _CHUNK)):
            digest.update(chunk)
        found.append(digest.hexdigest())
    return found


def whole(disk: AbstractFileSystem, home: str, files: Sequence[TableFile]) -> list[str]:
    """Return where files are, after one look at each version's folder for their sizes.

    Raises
    ------
    DamagedTableError
        One of them is missing, or has another size than when it was published.
    """
    found: dict[str, int] = {}
    for folder in {file.version for file in files}:
        found |= sizes(disk, f"{home}/{folder}")
    paths = [f"{home}/{file.path}" for file in files]
    for path, file in zip(paths, files, strict=True):
        if path not in found:
            raise DamagedTableError(path, "is missing")
        if found[path] != file.size:
            raise DamagedTableError(path, f"has {found[path]:,} bytes instead of {file.size:,}")
    return paths


def local(
    disk: AbstractFileSystem, home: str, files: Sequence[TableFile], scratch: str = ""
) -> list[Path]:
    """Return where files are on this machine; from a remote disk they are fetched first.

    What was fetched stays in a folder of ``scratch`` until this process ends, and is fetched once.
    """
    paths = whole(disk, home, files)
    if is_local(disk):
        return [Path(path) for path in paths]
    folder = _fetched_files(scratch)
    return [_fetched(disk, path, file, folder) for path, file in zip(paths, files, strict=True)]


def _fetched(disk: AbstractFileSystem, path: str, file: TableFile, folder: Path) -> Path:
    target = folder / f"{file.sha256}.parquet"
    if not target.exists():
        arriving = target.with_suffix(f".{uuid.uuid4().hex}")
        disk.get_file(path, str(arriving))
        with arriving.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        if digest != file.sha256:
            raise DamagedTableError(path, "is not what was published")
        arriving.replace(target)
    return target


@cache
def _fetched_files(scratch: str) -> Path:
    stays = ExitStack()
    folder = stays.enter_context(scratch_folder(scratch))
    atexit.register(stays.close)
    return folder
