"""Odd records are handed on while a file is read: it may hold nothing else, and be large."""

import io
from collections.abc import Sequence
from typing import cast

import pytest

from risk_platform.errors.sources import OpenQuoteError
from risk_platform.sources.header import Header
from risk_platform.sources.odd import AT_A_TIME, Odd
from risk_platform.sources.reader import Reader

BLOCK_BYTES = 2**11
ROWS = 60_000
# Arrow reads some thirty blocks ahead of those that it parses, and a batch may wait to be judged.
BLOCKS_HELD = 160
WIDTH = 8
GOOD, BAD = ",".join("12345678"), ",".join("123456789")


class Room:
    """Takes odd records, and sees how much is held meanwhile."""

    def __init__(self, rows: Sequence[str]) -> None:
        content = "".join(f"{row}\n" for row in rows).encode()
        stream = cast("io.BufferedReader", io.BufferedReader(io.BytesIO(content)))
        header = Header(tuple(f"column_{at}" for at in range(WIDTH)), lines=1)
        self.odd: list[tuple[int, int | None, str | None]] = []
        self.held_bytes, self.at_once, self.numbers = 0, 0, list[int]()
        self.reader = Reader("a.csv", stream, header, self.take, BLOCK_BYTES)

    def take(self, odd: Sequence[Odd]) -> None:
        """Take some."""
        self.odd += [(one.number, one.place.line, one.place.text) for one in odd]
        self.at_once = max(self.at_once, len(odd))
        self.held_bytes = max(self.held_bytes, self.reader.places.held_bytes)

    def read(self) -> None:
        """Read to the end, and judge each batch when it comes."""
        for batch in self.reader.batches():
            numbers = batch.numbers.to_pylist()
            assert {place.text for place in self.reader.places.find(numbers)} <= {GOOD}
            self.numbers += numbers
            self.reader.judged(batch)


@pytest.mark.parametrize(
    "every", [1, 2, 3000, 10**9], ids=["all", "half", "few good", "first good"]
)
def test_of_a_file_of_odd_records_only_a_few_blocks_are_held(every: int) -> None:
    """D3: each is handed on with its line and text, and the whole of them is never held."""
    bad = {at for at in range(ROWS) if (at % every == 0) == (every < 3)}
    rows = [BAD if at in bad else GOOD for at in range(ROWS)]
    room = Room(rows)
    room.read()
    assert sorted(room.odd) == [(at + 1, at + 2, BAD) for at in sorted(bad)]
    assert room.numbers == [at + 1 for at in range(ROWS) if at not in bad]
    assert room.reader.records == room.reader.recounted == ROWS
    assert room.held_bytes <= BLOCKS_HELD * BLOCK_BYTES
    assert room.at_once <= AT_A_TIME


def test_an_odd_record_that_swallowed_others_ends_the_reading() -> None:
    """D5: the error comes out of Arrow's thread as it is, though nobody asked for a batch."""
    rows = [BAD] * 20_000
    rows[50] = f'{BAD},"{"".join(f"{GOOD}{chr(10)}" for _ in range(3))}"'
    with pytest.raises(OpenQuoteError, match="its record 51 goes on for"):
        Room(rows).read()
