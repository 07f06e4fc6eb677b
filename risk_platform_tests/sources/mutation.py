"""Mutation: a good raw file, damaged in known places, and what must be found of it once landed.

A mutant is known by its seed alone: the same seed damages the same bytes in the same way.
"""

import random
import re
import shutil
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow.parquet as pq

from risk_platform.errors.sources import SourceError
from risk_platform.sources.files import find_files
from risk_platform.sources.landing import land
from risk_platform_tests.raw_loan import RAW_LOAN

COLUMNS = (*RAW_LOAN, "desc")
LOANS = 200
# What may stand where it should not: all that means something to CSV, to text or to a terminal.
# fmt: off
ODD = (
    b'"', b'""', b'"""', b'","', b'"\n"', b",", b",,,,,", b";", b"\t", b"|", b"\n", b"\n\n", b"\r",
    b"\r\n", b"\n\r", b"\0", b"\0\0\0\0", b"\xff", b"\xe9", b"\xc3", b"\xc3\x28", b"\xed\xa0\x80",
    b"\xef\xbf\xbd", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc2\x85", b"\xe2\x80\xa8", b"\x1a", b"\x0b",
    b"\x0c", b"\x1b[2J", b"\\", b'\\"', b"'", b"\\N", b"NULL", b"nan", b"1e400", b"-1", b"999",
    b"\xe2\x80\xae", b"\xf0\x9f\xa7\x91", b" ", b"  ", b"#", b"=1+1", b"Total amount funded",
    b"\nTotal amount funded in policy code 1: 5\n", b"\nLoans that do not meet\n", b"id", b"\nid\n",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Change:
    """Bytes from ``start`` up to ``end`` that others replace."""

    start: int
    end: int
    by: bytes


@dataclass(frozen=True)
class Original:
    """A good file, with the place of each cell.

    Parameters
    ----------
    content
        Its bytes.
    header_end
        Where its first record begins.
    rows
        Its records, cell by cell, as they are meant to be read.
    places
        Start and end of each cell in the bytes, record by record, quotes and all.
    """

    content: bytes
    header_end: int
    rows: Sequence[tuple[str, ...]]
    places: Sequence[Sequence[tuple[int, int]]]

    @cached_property
    def starts(self) -> list[int]:
        """Where each record begins."""
        return [cells[0][0] for cells in self.places]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A damaged file.

    Parameters
    ----------
    content
        Its bytes.
    changes
        What was changed in the original, in its order; none overlaps another.
    """

    content: bytes
    changes: Sequence[Change]


def original(loans: int = LOANS) -> Original:
    """Write a good file, with words, quotes, commas and line breaks that tell each loan apart."""
    content = bytearray(",".join(COLUMNS).encode() + b"\n")
    header_end = len(content)
    rows = [_row(number) for number in range(loans)]
    places = []
    for row in rows:
        cells = []
        for text in row:
            cell = _written(text).encode()
            cells.append((len(content), len(content) + len(cell)))
            content += cell + b","
        content[-1:] = b"\n"
        places.append(cells)
    return Original(bytes(content), header_end, rows, places)


def mutant(of: Original, seed: int) -> Mutant:
    """Damage a file in one to four places."""
    rng = random.Random(seed)  # noqa: S311 - damage need not be a secret
    changes: list[Change] = []
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        changes += rng.choice(WAYS)(of, rng)
    apart: list[Change] = []
    for change in sorted(changes, key=lambda c: (c.start, c.end)):
        if not apart or change.start > apart[-1].end:
            apart.append(change)
    content = bytearray(of.content)
    for change in reversed(apart):
        content[change.start : change.end] = change.by
    return Mutant(bytes(content), apart)


def _row(number: int) -> tuple[str, ...]:
    changes = {
        "id": str(70_000_001 + number),
        "emp_title": f"Baker {number:04d} ",
        "annual_inc": f"{50_000 + number}.{number:04d}",
        "title": f'Loan {number:04d}, "for all"' if number % 3 else f"Prêt {number:04d}",
        "issue_d": ("Mar-2016", "Dec-2015", "Jun-2018")[number % 3],
        "url": "",
        "desc": f"Line {number:04d}a,\nand line {number:04d}b" if number % 4 == 0 else "",
    }
    return tuple((RAW_LOAN | changes).get(name, "") for name in COLUMNS)


def _written(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text


def _place(of: Original, rng: random.Random) -> int:
    """Choose a byte, one of the header but seldom."""
    first = 0 if rng.random() < 0.03 else of.header_end
    return rng.randrange(first, len(of.content))


def _cell(of: Original, rng: random.Random) -> tuple[int, int]:
    return rng.choice(rng.choice(of.places))


def _flip(of: Original, rng: random.Random) -> list[Change]:
    at = _place(of, rng)
    return [Change(at, at + 1, bytes([rng.randrange(256)]))]


def _flip_bit(of: Original, rng: random.Random) -> list[Change]:
    at = _place(of, rng)
    return [Change(at, at + 1, bytes([of.content[at] ^ (1 << rng.randrange(8))]))]


def _insert(of: Original, rng: random.Random) -> list[Change]:
    at = _place(of, rng)
    return [Change(at, at, rng.choice(ODD) * rng.choice((1, 1, 1, 2, 3)))]


def _insert_at_edge(of: Original, rng: random.Random) -> list[Change]:
    at = rng.choice(_cell(of, rng))
    return [Change(at, at, rng.choice(ODD))]


def _replace_cell(of: Original, rng: random.Random) -> list[Change]:
    return [Change(*_cell(of, rng), rng.choice(ODD))]


def _delete(of: Original, rng: random.Random) -> list[Change]:
    at = _place(of, rng)
    return [Change(at, min(len(of.content), at + rng.choice((1, 1, 2, 9, 300, 3_000))), b"")]


def _duplicate(of: Original, rng: random.Random) -> list[Change]:
    start, length = _place(of, rng), rng.choice((1, 7, 60, 700, 5_000))
    at = _place(of, rng)
    return [Change(at, at, of.content[start : start + length])]


def _swap_cells(of: Original, rng: random.Random) -> list[Change]:
    cells = rng.choice(of.places) if rng.random() < 0.5 else [_cell(of, rng), _cell(of, rng)]
    one, other = rng.choice(cells), rng.choice(cells)
    return [Change(*one, of.content[slice(*other)]), Change(*other, of.content[slice(*one)])]


def _truncate(of: Original, rng: random.Random) -> list[Change]:
    at = _place(of, rng)
    return [Change(at, len(of.content), b"")]


def _huge_cell(of: Original, rng: random.Random) -> list[Change]:
    filling = rng.choice((b"x", b"x,", b'"', b"\xc3\xa9", b"9", b"\n", b" "))
    return [Change(*_cell(of, rng), filling * rng.choice((9_999, 10_001, 60_000)))]


def _recode(of: Original, rng: random.Random) -> list[Change]:
    start = _place(of, rng)
    end = min(len(of.content), start + rng.choice((20, 400, 4_000)))
    text = of.content[start:end].decode(errors="ignore")
    coding = rng.choice(("utf-16", "utf-16-be", "utf-32", "latin-1", "cp500"))
    return [Change(start, end, text.encode(coding, errors="ignore"))]


def _end_lines_otherwise(of: Original, rng: random.Random) -> list[Change]:
    ending = rng.choice((b"\r", b"\r\n", b"", b"\n\n", b",\n", b"\0", b'"\n', b"\n\r"))
    ends = [cells[-1][1] for cells in rng.sample(list(of.places), rng.choice((1, 3, 50)))]
    return [Change(end, end + 1, ending) for end in ends]


def _move_record(of: Original, rng: random.Random) -> list[Change]:
    cells, at = rng.choice(of.places), rng.choice(of.starts)
    start, end = cells[0][0], cells[-1][1] + 1
    return [Change(start, end, b""), Change(at, at, of.content[start:end])]


WAYS: tuple[Callable[[Original, random.Random], list[Change]], ...] = (
    _flip,
    _flip_bit,
    _insert,
    _insert,
    _insert_at_edge,
    _insert_at_edge,
    _replace_cell,
    _delete,
    _duplicate,
    _swap_cells,
    _truncate,
    _huge_cell,
    _recode,
    _end_lines_otherwise,
    _move_record,
)


def fault_of(of: Original, damaged: Mutant, folder: Path) -> tuple[str, str]:
    """Land a mutant, and say how it went and what is wrong with that.

    Parameters
    ----------
    of, damaged
        The file, and what became of it.
    folder
        To work in; emptied before.

    Returns
    -------
    ending, fault
        Landed, or the name of the refusal; and what must not be, empty where all is well. Any
        other error than a refusal is raised.
    """
    shutil.rmtree(folder, ignore_errors=True)
    loans, rejects = folder / "loans", folder / "rejects"
    for place in (loans, rejects):
        place.mkdir(parents=True)
    path = folder / "a.csv"
    path.write_bytes(damaged.content)
    try:
        [report] = land(find_files(str(path)), loans, rejects)
    except SourceError as refusal:
        return type(refusal).__name__, "" if "a.csv" in str(refusal) else "names no file"
    if not report.reconciles:
        return "landed", f"does not reconcile: {report}"
    if damaged.changes and damaged.changes[0].start < of.header_end:
        return "landed", ""
    return "landed", _misplaced(damaged, rejects) or _lost(of, damaged.changes, loans, rejects)


def _misplaced(damaged: Mutant, rejects: Path) -> str:
    """Name a record that was set aside and does not stand in the file on the line that is said."""
    lines = damaged.content.decode(errors="replace").split("\n")
    for row in pq.read_table(rejects).to_pylist():
        said, raw_text = row["source_line"], row["raw_text"]
        from_there = "\n".join(lines[said - 1 : said + raw_text.count("\n")]) + "\n"
        # A lone CR ends a record, and no line.
        starts = [0, *(found.end() for found in re.finditer("\r", lines[said - 1]))]
        if not any(re.match(re.escape(raw_text) + "[\r\n]", from_there[at:]) for at in starts):
            return f"line {said} does not begin with {raw_text[:80]!r}"
    return ""


def _lost(of: Original, changes: Sequence[Change], loans: Path, rejects: Path) -> str:
    """Name a cell that nobody touched and that is nowhere to be found.

    A record that nobody touched is a loan as it was, or set aside.
    """
    landed = _loans(loans)
    rejected = pq.read_table(rejects, columns=["raw_text"])["raw_text"].to_pylist()
    aside = _bare("\n".join(rejected))
    found = _bare("\n".join(text for row in landed for text in row) + "\n") + aside
    whole = set(landed)
    for number, (row, cells) in enumerate(zip(of.rows, of.places, strict=True)):
        near = _near(changes, cells[0][0] - 1, cells[-1][1] + 1)
        if not near and row in whole:
            continue
        # Within a cell of another loan it would be read by nobody.
        where = found if near else aside
        for text, (start, end) in zip(row, cells, strict=True):
            if not _near(near, start, end) and not _is_in(where, text, pieces=bool(near)):
                return f"record {number + 1} has lost {text!r}"
    return ""


def _is_in(where: str, text: str, *, pieces: bool) -> bool:
    """Whether a text is found; in pieces, as a quote before it opens what its own quotes closed."""
    parts = re.split("[,\n]", _bare(text)) if pieces else [_bare(text)]
    return all(part in where for part in parts)


def _near(changes: Sequence[Change], start: int, end: int) -> Sequence[Change]:
    """Return the changes that touch a stretch of the original."""
    ends = [change.end for change in changes]
    first = bisect_left(ends, start)
    return [change for change in changes[first:] if change.start <= end]


def _loans(folder: Path) -> list[tuple[str, ...]]:
    if not any(folder.iterdir()):
        return []
    rows: Sequence[Mapping[str, str | None]] = pq.read_table(
        folder, columns=list(COLUMNS)
    ).to_pylist()
    return [tuple(row[name] or "" for name in COLUMNS) for row in rows]


def _bare(text: str) -> str:
    """Return a text without what a second writing of a record may add or take."""
    return text.replace('"', "").replace("\r", "")
