"""A record that is set aside is found in its file: on its line, and as it stands there."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_platform.sources.files import find_files
from risk_platform.sources.header import Header
from risk_platform.sources.landing import land
from risk_platform.sources.places import CR, LF, Place, Places
from risk_platform.sources.reader import Batch, Reader
from risk_platform.sources.recount import CountedStream, RecordCounter

WriteCsv = Callable[..., Path]
ENDS = st.sampled_from(["\n", "\r\n"])
DELIMITERS = st.sampled_from(",;\t")
WIDTH = 8
FIELDS = st.text(st.sampled_from('ab",;\t\n\r é'), max_size=6)
ROWS = st.lists(st.lists(FIELDS, min_size=WIDTH, max_size=WIDTH), min_size=1, max_size=6)
# Some of another width, too.
UNEVEN = st.lists(st.lists(FIELDS, min_size=1, max_size=WIDTH + 1), min_size=1, max_size=6)


def written(row: list[str], delimiter: str) -> str:
    """Return a row as a record of CSV, without a line break at its end."""
    text = io.StringIO()
    # Only a writer that ends its lines so puts fields with a lone CR into quotes.
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerow(row)
    return text.getvalue().removesuffix("\r\n")


def opened(content: str) -> io.BufferedReader:
    """Return a text as the stream of a file."""
    return cast("io.BufferedReader", io.BufferedReader(io.BytesIO(content.encode())))


def found(content: str, records: int, piece: int, delimiter: str, line_break: int) -> list[Place]:
    """Return the places of the records of a text that is read in pieces, below one header line."""
    places = Places(1, line_break)
    stream = CountedStream(opened(content), RecordCounter(delimiter), places)
    while stream.read(piece):
        pass
    return places.find(range(1, records + 1))


def numbered(batch: Batch) -> list[tuple[int, tuple[str | None, ...]]]:
    """Return the records of a batch with their numbers."""
    rows = [tuple(row.values()) for row in batch.fields.to_pylist()]
    return list(zip(batch.numbers.to_pylist(), rows, strict=True))


def set_aside(path: Path, folder: Path, encoding: str = "utf-8") -> list[dict[str, Any]]:
    """Land a file, and return what was set aside, in the order of the file."""
    loans, rejects = folder / "loans", folder / "rejects"
    loans.mkdir()
    rejects.mkdir()
    land(find_files(str(path), encoding), loans, rejects)
    return pq.read_table(rejects).sort_by("source_record").to_pylist()


@given(rows=UNEVEN, piece=st.integers(1, 40), delimiter=DELIMITERS, end=ENDS, ended=st.booleans())
def test_records_are_cut_out_as_they_were_written(
    rows: list[list[str]], piece: int, delimiter: str, end: str, *, ended: bool
) -> None:
    """Quotes, breaks and delimiters within are kept, wherever a piece is cut."""
    records = [written(row, delimiter) for row in rows]
    content = end.join(records) + end * (ended or not records[-1])
    assert found(content, len(rows), piece, delimiter, LF) == [
        Place(2 + "".join(r + end for r in records[:at]).count("\n"), record)
        for at, record in enumerate(records)
    ]


@given(rows=ROWS, delimiter=DELIMITERS, end=ENDS)
def test_a_record_that_is_cut_out_has_the_fields_that_were_read(
    rows: list[list[str]], delimiter: str, end: str
) -> None:
    """Arrow's reader and the place agree on what a record is."""
    content = "".join(written(row, delimiter) + end for row in rows)
    names = tuple(f"column_{at}" for at in range(WIDTH))
    reader = Reader("a.csv", opened(content), Header(names, lines=1, delimiter=delimiter))
    read = [row for batch in reader.batches() for row in numbered(batch)]
    places = reader.places.find(number for number, _ in read)
    assert len(read) == len(rows)
    for (_, fields), place in zip(read, places, strict=True):
        assert place.text is not None
        [again] = csv.reader(io.StringIO(place.text, newline=""), delimiter=delimiter)
        assert tuple(text or None for text in again) == fields


def test_lines_that_end_with_cr_are_counted_by_it() -> None:
    """As on a Mac of old."""
    assert found('a\r"b\rc"\rd', 3, 4, ",", CR) == [
        Place(2, "a"),
        Place(3, '"b\rc"'),
        Place(5, "d"),
    ]


def test_what_was_judged_is_forgotten_and_what_was_not_is_kept() -> None:
    """Memory holds a few pieces, whatever the size of the file."""
    places = Places(1)
    stream = CountedStream(opened("a\nbb\nc\nd\n"), RecordCounter(","), places)
    while stream.read(2):
        pass
    places.forget(3)
    assert places.find([1, 3, 4]) == [Place(), Place(4, "c"), Place(5, "d")]


def test_a_record_that_the_count_does_not_know_has_no_place() -> None:
    """Such a file does not reconcile; nothing is made up for it."""
    assert found("a\nb\n", 3, 100, ",", LF)[2] == Place()


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("above", [0, 2], ids=["header first", "notes first"])
def test_a_quarantined_row_keeps_its_line_and_its_text(
    raw_csv: WriteCsv, tmp_path: Path, end: str, above: int
) -> None:
    """``sed -n`` shows it where the table says, though a loan before it takes three lines."""
    rows = [{"id": "1", "title": "a\nb\nc"}, {"id": "2", "dti": "many"}, {"id": "3"}]
    path = raw_csv("a.csv", rows)
    lines = ["Notes offered by Prospectus"] * above + path.read_text().splitlines()
    # Quotes that nobody needs are part of the text; so is another width.
    lines[-2] = lines[-2].replace("Baker ", '"Baker "')
    lines.append('"1","2"')
    path.write_text("".join(line + end for line in lines), newline="")
    aside = set_aside(path, tmp_path)
    kept = [(row["source_record"], row["source_line"], row["raw_text"]) for row in aside]
    assert kept == [(2, 5 + above, lines[4 + above]), (4, 7 + above, '"1","2"')]
    assert '"Baker "' in kept[0][2]


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_text_in_another_encoding_is_cut_out_too(
    raw_csv: WriteCsv, tmp_path: Path, encoding: str
) -> None:
    """As letters, not as bytes."""
    path = raw_csv("a.csv", [{"id": "1"}, {"id": "2", "dti": "many", "title": "Prêt"}])
    text = path.read_text()
    path.write_text(text, encoding=encoding)
    [row] = set_aside(path, tmp_path, encoding)
    assert (row["source_line"], row["raw_text"]) == (3, text.splitlines()[2])


def test_many_rejects_of_a_large_file_have_their_lines(raw_csv: WriteCsv, tmp_path: Path) -> None:
    """Records that stand across pieces too."""
    rows = [
        {"id": str(number), "dti": "many" if number % 97 == 0 else "1", "title": "a\nb" * 9}
        for number in range(1, 60_001)
    ]
    path = raw_csv("a.csv", rows)
    aside = set_aside(path, tmp_path)
    lines = path.read_text().split("\n")
    assert len(aside) == 60_000 // 97
    for row in aside:
        at = row["source_line"] - 1
        assert row["raw_text"].startswith(f"{row['source_record']},10000.0,")
        assert row["raw_text"] == "\n".join(lines[at : at + 10])
