"""The header of a raw file: where it stands, and which columns it names."""

import io
import re
from dataclasses import dataclass

from risk_platform.contract.columns import canonical_name
from risk_platform.errors.sources import EmptySourceError, NotLendingClubError
from risk_platform.sources.places import CR, LF
from risk_platform.sources.raw_file import RawFile

# Notes stand before the header of some files; a header further down than this is none.
LINES_BEFORE_HEADER = 20
# What becomes of the two bytes that UTF-16 begins with.
UTF16_MARK = "\ufffd\ufffd".encode()
_LINE_END = re.compile(rb"\r\n?|\n")
DELIMITERS = (",", ";", "\t")
# A header names at least this many columns of the contract.
HEADER_COLUMNS = 10
# Without these a row is no loan that anything can be learnt from.
REQUIRED = ("id", "loan_amnt", "term", "int_rate", "sub_grade", "issue_d", "loan_status")
# Without these a file says too little; single loans may lack them, such as one never paid.
REQUIRED_COLUMNS = (*REQUIRED, "installment", "last_pymnt_d")


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
