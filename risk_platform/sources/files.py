"""Raw files on this machine: found, opened whatever they are packed in, and their header read."""

import glob
import gzip
import io
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, cast

from risk_platform.contract.columns import canonical_name
from risk_platform.errors.sources import (
    EmptySourceError,
    MissingSourceError,
    NotLendingClubError,
    UnreadableSourceError,
)
from risk_platform.sources.encoding import UTF8, Recoded
from risk_platform.sources.places import CR, LF

SUFFIXES = (".csv", ".zip", ".gz", ".gzip")
GZIP_START = b"\x1f\x8b"
# Notes stand before the header of some files; a header further down than this is none.
LINES_BEFORE_HEADER = 20
# What becomes of the two bytes that UTF-16 begins with.
UTF16_MARK = "\ufffd\ufffd".encode()
PIECE_BYTES = 2**20
_LINE_END = re.compile(rb"\r\n?|\n")
DELIMITERS = (",", ";", "\t")
# A header names at least this many columns of the contract.
HEADER_COLUMNS = 10
# Without these a row is no loan that anything can be learnt from.
REQUIRED = ("id", "loan_amnt", "term", "int_rate", "sub_grade", "issue_d", "loan_status")
# Without these a file says too little; single loans may lack them, such as one never paid.
REQUIRED_COLUMNS = (*REQUIRED, "installment", "last_pymnt_d")


@dataclass(frozen=True, slots=True)
class RawFile:
    """One CSV, which may be packed or a member of a zip archive.

    Parameters
    ----------
    path
        The file on disk.
    member
        Name inside the zip archive; empty where the file is no archive.
    root
        Folder from which it is named, where files of one name lie in several folders.
    encoding
        Of its text, by Python's name.
    """

    path: Path
    member: str = ""
    root: Path | None = None
    encoding: str = UTF8

    @property
    def name(self) -> str:
        """What a person calls it, distinct in a source: the file's name, and the member's."""
        name = self.path.relative_to(self.root).as_posix() if self.root else self.path.name
        return f"{name}/{self.member}" if self.member else name


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a raw file.

    Parameters
    ----------
    columns
        Contract name of each field in the file's order; empty for a field that the contract
        does not have, such as the unnamed index of the 2020 file.
    lines
        How many there are up to it and with it.
    line_break
        The byte that ends it: LF (after CR or not), or CR.
    delimiter
        What stands between fields.
    ignored
        Names that the contract does not have.
    """

    columns: tuple[str, ...]
    lines: int
    line_break: int = LF
    delimiter: str = ","
    ignored: tuple[str, ...] = ()


def find_files(source: str, encoding: str = UTF8) -> list[RawFile]:
    """Find the raw files of a source: one file, a folder of them, or a glob.

    Parameters
    ----------
    source
        Where they are.
    encoding
        Of their text, by Python's name.

    Raises
    ------
    MissingSourceError
        Nothing is there.
    """
    path = Path(source).expanduser()
    if path.is_dir():
        paths = [p for p in sorted(path.iterdir()) if p.name.lower().endswith(SUFFIXES)]
    elif path.is_file():
        paths = [path]
    else:
        paths = sorted(Path(p) for p in glob.glob(str(path)))  # noqa: PTH207 - may be absolute
    files = [p for p in paths if p.is_file()]
    names = {p.name for p in files}
    root = Path(os.path.commonpath([p.parent for p in files])) if len(names) < len(files) else None
    found = [replace(raw, encoding=encoding) for p in files for raw in _members(p, root)]
    if not found:
        raise MissingSourceError(source)
    return found


@contextmanager
def open_raw(raw: RawFile) -> Iterator[io.BufferedReader]:
    """Open the file's text as bytes: unpacked, and in UTF-8."""
    with ExitStack() as opened:
        if raw.member:
            archive = opened.enter_context(zipfile.ZipFile(raw.path))
            packed = opened.enter_context(_open_member(archive, raw))
        elif _is_gzip(raw.path):
            packed = opened.enter_context(gzip.open(raw.path, "rb"))
        else:
            packed = opened.enter_context(raw.path.open("rb", buffering=0))
        yield io.BufferedReader(Recoded(cast("IO[bytes]", packed), raw.encoding), PIECE_BYTES)


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


def read_header(raw: RawFile, stream: io.BufferedReader) -> Header:
    """Read up to and with the header line, and leave the stream at the first record.

    Raises
    ------
    EmptySourceError
        The file holds nothing.
    NotLendingClubError
        No line names LendingClub's columns, or the header lacks one that is required.
    """
    above = b""
    for _ in range(LINES_BEFORE_HEADER):
        line = _read_line(stream)
        if not line and not above:
            raise EmptySourceError(raw.name)
        if not line:
            break
        if line.startswith(UTF16_MARK):
            raise NotLendingClubError(raw.name, "it is UTF-16: set RISK_SOURCE_ENCODING=utf-16")
        header = _as_header(line, above)
        if len([name for name in header.columns if name]) >= HEADER_COLUMNS:
            _check(raw, header.columns)
            return header
        above += line
    raise NotLendingClubError(raw.name, "no header with LendingClub's column names")


def _read_line(stream: io.BufferedReader) -> bytes:
    """Read a line that ends with LF, CR or both: a Mac's spreadsheets ended them with CR alone."""
    line = bytearray()
    while piece := stream.peek(1):
        end = _LINE_END.search(piece)
        line += stream.read(end.end() if end else len(piece))
        if end:
            break
    # What was read ahead may have been cut between the two.
    if line.endswith(b"\r") and stream.peek(1)[:1] == b"\n":
        line += stream.read(1)
    return bytes(line)


def _as_header(line: bytes, above: bytes) -> Header:
    """Read a line as if it were the header, with the delimiter that it holds most of."""
    text = line.decode("utf-8-sig", errors="replace").strip("\r\n")
    delimiter = max(DELIMITERS, key=text.count)
    names = [name.strip().strip('"').strip() for name in text.split(delimiter)]
    columns = tuple(canonical_name(name) or "" for name in names)
    ignored = tuple(n for n, known in zip(names, columns, strict=True) if n and not known)
    line_break = CR if line.endswith(b"\r") else LF
    lines = above.count(line_break) + 1
    return Header(columns, lines, line_break, delimiter, ignored)


def _check(raw: RawFile, columns: tuple[str, ...]) -> None:
    missing = [name for name in REQUIRED_COLUMNS if name not in columns]
    if missing:
        raise NotLendingClubError(raw.name, f"its header lacks {', '.join(missing)}")
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise NotLendingClubError(raw.name, f"its header names {', '.join(twice)} twice")


def _members(path: Path, root: Path | None) -> list[RawFile]:
    if path.suffix.lower() != ".zip":
        return [RawFile(path, root=root)]
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(archive.namelist())
    except zipfile.BadZipFile as damage:
        raise UnreadableSourceError(path.name, str(damage)) from damage
    tables = [RawFile(path, name, root) for name in names if _is_table(name)]
    if not tables:
        raise UnreadableSourceError(path.name, "the archive holds no CSV file")
    return tables


def _is_table(member: str) -> bool:
    """Whether a member of an archive is a table; a Mac adds shadows of its files."""
    shadow = member.startswith("__MACOSX/") or Path(member).name.startswith(".")
    return member.lower().endswith(".csv") and not shadow
