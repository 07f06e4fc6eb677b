"""Reading: the records of one raw file as texts, batch by batch, each with its number."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from risk_platform.errors.sources import LongRecordError, OpenQuoteError
from risk_platform.sources.encoding import marked
from risk_platform.sources.header import Header
from risk_platform.sources.odd import HandOn, Odd, OddRecords
from risk_platform.sources.places import Places
from risk_platform.sources.recount import CountedStream, RecordCounter
from risk_platform.sources.verdicts import NO_TEXT, why_malformed

# Arrow reads some thirty blocks ahead; a record that is longer than one is refused.
BLOCK_BYTES = 4 * 2**20
# Judging calls Arrow a thousand times a batch, however few records there are in it.
BLOCKS_A_BATCH = 4
# How Arrow says that a record does not end within its block and the next.
_TOO_LONG = "straddling object straddles two block boundaries"
LINE_ENDS = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records that have as many fields as the header.

    Parameters
    ----------
    numbers
        Their places in the file, from 1.
    fields
        All their fields as text, named by position; null where empty.
    columns
        Those fields that the contract has, by its names.
    """

    numbers: pa.Array
    fields: pa.RecordBatch
    columns: pa.RecordBatch


class Reader:
    """The records below a header.

    Parameters
    ----------
    name
        What the file is called in an error.
    stream
        The unpacked bytes, at the first record.
    header
        What stands above them.
    take
        Takes odd records while the others are read, some at a time.
    block_bytes
        How much is read at a time.
    """

    def __init__(
        self,
        name: str,
        stream: BufferedReader,
        header: Header,
        take: HandOn = lambda _odd: None,
        block_bytes: int = BLOCK_BYTES,
    ) -> None:
        self.name, self.header = name, header
        self._take, self._block_bytes = take, block_bytes
        #: Where the records stand that are not yet judged.
        self.places = Places(header.lines, header.line_break)
        self._odd = OddRecords(self.places, self._hand_on)
        self._stream = stream
        self._counter = RecordCounter(header.delimiter)
        self._read = 0

    @property
    def records(self) -> int:
        """How many records were met so far, of whatever width."""
        return self._read + self._odd.malformed

    @property
    def recounted(self) -> int:
        """How many records the bytes hold, by another count."""
        return self._counter.records

    def batches(self) -> Iterator[Batch]:
        """Read batch after batch; whoever has judged one says so by ``judged``.

        Raises
        ------
        OpenQuoteError
            A quote is never closed, and hides the records after it.
        LongRecordError
            A record is longer than a block.
        pyarrow.ArrowInvalid
            The bytes are no CSV.
        """
        if not self._stream.peek(1):
            return
        try:
            yield from map(self._batch, _joined(self._open()))
        except pa.ArrowInvalid as damage:
            if _TOO_LONG not in str(damage):
                raise
            raise LongRecordError(self.name, self.records, self._block_bytes) from damage
        self._odd.relieve()

    def judged(self, batch: Batch) -> None:
        """Forget where the records of a batch stand, and those before them."""
        if len(batch.numbers):
            self.places.forget(batch.numbers[-1].as_py() + 1)
        self._odd.judged()

    def _batch(self, met: pa.RecordBatch) -> Batch:
        fields, numbers = self._readable(met, self._odd.number(len(met)))
        self._read += len(met)
        kept = [(at, name) for at, name in enumerate(self.header.columns) if name]
        columns = fields.select([at for at, _ in kept]).rename_columns([name for _, name in kept])
        self._refuse_swallowed(fields, numbers)
        self._odd.relieve()
        return Batch(pa.array(numbers, pa.int64()), fields, columns)

    def _open(self) -> pa_csv.CSVStreamingReader:
        names = [str(at) for at in range(len(self.header.columns))]
        return pa_csv.open_csv(
            # Each piece makes room for the next: of odd records alone Arrow makes no batch.
            CountedStream(self._stream, self._counter, self.places, self._odd.relieve),
            # One thread, since only then does the reader know the number of a malformed record.
            read_options=pa_csv.ReadOptions(
                column_names=names, use_threads=False, block_size=self._block_bytes
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=self.header.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=self._keep_malformed,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                # The stream was recoded, and is UTF-8.
                check_utf8=False,
                null_values=[""],
                strings_can_be_null=True,
            ),
        )

    def _keep_malformed(self, row: Any) -> str:  # noqa: ANN401 - pyarrow exports no type for it
        # Nothing may be raised from here: pyarrow would hide it.
        why = why_malformed(row.text, row.actual_columns, len(self.header.columns))
        self._odd.skip(row.number, why)
        return "skip"

    def _hand_on(self, odd: Sequence[Odd]) -> None:
        for record in odd:
            self._refuse_if_swallowed(record.number, record.place.text or "")
        self._take(odd)

    def _readable(
        self, fields: pa.RecordBatch, numbers: np.ndarray
    ) -> tuple[pa.RecordBatch, np.ndarray]:
        """Keep the records that are text, and put the others with the odd ones."""
        if not self._counter.has_mark:
            return fields, numbers
        bad = marked(fields)
        is_bad = bad.to_numpy(zero_copy_only=False)
        self._odd.mark(numbers[is_bad].tolist(), NO_TEXT)
        return fields.filter(pc.invert(bad)), numbers[~is_bad]

    def _refuse_swallowed(self, fields: pa.RecordBatch, numbers: np.ndarray) -> None:
        """Look for whole records within the fields that are long enough to hold one."""
        width = len(self.header.columns)
        for place, texts in enumerate(fields.columns):
            lengths = pc.binary_length(texts)
            if (pc.max(lengths).as_py() or 0) < width:
                continue
            for row in pc.indices_nonzero(pc.greater_equal(lengths, width)).to_pylist():
                self._refuse_if_swallowed(int(numbers[row]), texts[row].as_py(), place)

    def _refuse_if_swallowed(self, number: int, text: str, place: int = 0) -> None:
        """Refuse a text, in a field's place, that holds what belongs to records.

        That is a line, but the first, with as many fields as a record; or the end of one record
        and the beginning of another, up to the very field in which the quote was opened.
        """
        enough = len(self.header.columns) - 1
        counts = [line.count(self.header.delimiter) for line in LINE_ENDS.split(text)]
        joined = len(counts) > 1 and counts[0] >= enough - place and counts[-1] >= place
        if joined or any(count >= enough for count in counts[1:]):
            raise OpenQuoteError(self.name, number, len(counts))


def _joined(blocks: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Put some blocks together; what was read before an error is handed on before it."""
    some: list[pa.RecordBatch] = []
    try:
        for block in blocks:
            some.append(block)
            if len(some) == BLOCKS_A_BATCH:
                yield pa.concat_batches(some)
                some = []
    except pa.ArrowInvalid:
        if some:
            yield pa.concat_batches(some)
        raise
    if some:
        yield pa.concat_batches(some)
