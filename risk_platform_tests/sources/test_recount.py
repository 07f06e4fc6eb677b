"""The independent count of records agrees with a CSV reader, however the bytes come."""

import csv
import io
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_platform.sources.places import Places
from risk_platform.sources.recount import CountedStream, RecordCounter

FIELDS = st.text(st.sampled_from('ab",;\n\r é'), max_size=6)
ROWS = st.lists(st.lists(FIELDS, min_size=2, max_size=4), max_size=6)


def counted(content: bytes, piece: int = 1_000_000, delimiter: str = ",") -> int:
    """Return how many records are counted when bytes come in pieces of a size."""
    counter = RecordCounter(delimiter)
    text = cast("io.BufferedReader", io.BufferedReader(io.BytesIO(content)))
    stream = CountedStream(text, counter, Places(lines=1))
    while stream.read(piece):
        pass
    return counter.records


def written(rows: list[list[str]], delimiter: str = ",") -> bytes:
    """Return rows as CSV, quoted where they must be."""
    text = io.StringIO()
    # Only a writer that ends its lines so puts fields with a lone CR into quotes.
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


@given(rows=ROWS, piece=st.integers(1, 40), delimiter=st.sampled_from(",;\t"))
def test_it_counts_what_was_written(rows: list[list[str]], piece: int, delimiter: str) -> None:
    """Commas, quotes and line breaks within fields end no record, wherever a piece is cut."""
    assert counted(written(rows, delimiter), piece, delimiter) == len(rows)


@pytest.mark.parametrize(
    ("content", "records"),
    [
        (b"", 0),
        (b"a", 1),
        (b"a\n", 1),
        (b"a\n\n", 2),
        (b"a\r\nb\r\n", 2),
        (b'a,"b\nc"\n', 1),
        (b'a,"b ""c""\n"\nd\n', 2),
        (b'a,5" pipe\nb,6" pipe\n', 2),
        (b'a,5" pipe,"x\ny"\nb\n', 2),
        (b'"never closed\na\nb\n', 1),
        (b"a\rb\r", 2),
        (b"a\n\rb\n", 3),
        (b"a\r\r\nb", 3),
        (b'"a\rb\r\n"\rc\n', 2),
        (b'a,b""c,"d\ne"\n', 1),
        (b'a,b""c\nd\n', 2),
        (b'a,""b"\nc\n', 2),
        (b'a,"b"""\nc\n', 2),
    ],
)
@pytest.mark.parametrize("piece", [1, 2, 1_000])
def test_awkward_bytes(content: bytes, records: int, piece: int) -> None:
    """A quote amid a field is a letter; one that is never closed swallows what follows."""
    assert counted(content, piece) == records


@pytest.mark.parametrize("mark", [b"\0", b"\xef\xbf\xbd"])
def test_what_no_text_has_is_noticed(mark: bytes) -> None:
    """A NUL, or what could not be decoded; whoever reads on looks closer."""
    counter = RecordCounter(",")
    counter.feed(b"a,b\n")
    assert not counter.has_mark
    counter.feed(b"a," + mark + b"\n")
    counter.feed(b"a,b\n")
    assert counter.has_mark
