"""Raw files on this machine: found, opened whatever they are packed in, and their header read."""

import glob
import gzip
import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from risk_platform.contract.columns import canonical_name
from risk_platform.errors import EmptySourceError, MissingSourceError, NotLendingClubError

SUFFIXES = (".csv", ".csv.gz", ".csv.gzip", ".csv.zip", ".zip", ".gz")
# Notes stand before the header of some files; a header further down than this is none.
LINES_BEFORE_HEADER = 20
# A header names at least this many columns of the contract.
HEADER_COLUMNS = 10
# Without these a row is no loan that anything can be learnt from.
REQUIRED = ("id", "loan_amnt", "term", "int_rate", "issue_d", "loan_status")


@dataclass(frozen=True, slots=True)
class RawFile:
    """One CSV, which may be packed or a member of a zip archive.

    Parameters
    ----------
    path
        The file on disk.
    member
        Name inside the zip archive; empty where the file is no archive.
    """

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """What a person calls it: the file's name, and the member's in an archive."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a raw file.

    Parameters
    ----------
    columns
        Contract name of each field in the file's order; empty for a field that the contract
        does not have, such as the unnamed index of the 2020 file.
    notes_before
        Lines above it.
    """

    columns: tuple[str, ...]
    notes_before: int


def find_files(source: str) -> list[RawFile]:
    """Find the raw files of a source: one file, a folder of them, or a glob.

    Raises
    ------
    MissingSourceError
        Nothing is there.
    """
    path = Path(source).expanduser()
    if path.is_dir():
        paths = [p for p in sorted(path.iterdir()) if p.name.lower().endswith(SUFFIXES)]
    else:
        paths = sorted(Path(p) for p in glob.glob(str(path)))  # noqa: PTH207 - may be absolute
    found = [raw for p in paths if p.is_file() for raw in _members(p)]
    if not found:
        raise MissingSourceError(source)
    return found


@contextmanager
def open_raw(raw: RawFile) -> Iterator[io.BufferedReader]:
    """Open the file's text as bytes, unpacked."""
    with ExitStack() as opened:
        if raw.member:
            archive = opened.enter_context(zipfile.ZipFile(raw.path))
            packed = opened.enter_context(archive.open(raw.member))
        elif raw.path.suffix in {".gz", ".gzip"}:
            packed = opened.enter_context(gzip.open(raw.path, "rb"))
        else:
            packed = opened.enter_context(raw.path.open("rb", buffering=0))
        # Each of the three is a raw reader, though only one is declared so.
        yield io.BufferedReader(cast("io.RawIOBase", packed))


def read_header(raw: RawFile, stream: BinaryIO) -> Header:
    """Read up to and with the header line, and leave the stream at the first record.

    Raises
    ------
    EmptySourceError
        The file holds nothing.
    NotLendingClubError
        No line names LendingClub's columns, or the header lacks one that is required.
    """
    for notes in range(LINES_BEFORE_HEADER):
        line = stream.readline()
        if not line:
            break
        columns = _header_columns(line)
        if len([name for name in columns if name]) >= HEADER_COLUMNS:
            return Header(_checked(raw, columns), notes_before=notes)
    else:
        raise NotLendingClubError(raw.name, "no header with LendingClub's column names")
    if stream.tell() == 0:
        raise EmptySourceError(raw.name)
    raise NotLendingClubError(raw.name, "no header with LendingClub's column names")


def _header_columns(line: bytes) -> tuple[str, ...]:
    text = line.decode("utf-8-sig", errors="replace").strip()
    return tuple(canonical_name(name.strip().strip('"')) or "" for name in text.split(","))


def _checked(raw: RawFile, columns: tuple[str, ...]) -> tuple[str, ...]:
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise NotLendingClubError(raw.name, f"its header lacks {', '.join(missing)}")
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise NotLendingClubError(raw.name, f"its header names {', '.join(twice)} twice")
    return columns


def _members(path: Path) -> list[RawFile]:
    if path.suffix != ".zip":
        return [RawFile(path)]
    with zipfile.ZipFile(path) as archive:
        return [RawFile(path, name) for name in sorted(archive.namelist()) if name.endswith(".csv")]
