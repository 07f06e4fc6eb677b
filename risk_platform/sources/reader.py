"""Reading: the records of one raw file as texts, batch by batch, each with its number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from risk_platform.errors.sources import OpenQuoteError
from risk_platform.sources.encoding import marked
from risk_platform.sources.header import Header
from risk_platform.sources.places import Place, Places
from risk_platform.sources.recount import CountedStream, RecordCounter
from risk_platform.sources.verdicts import NO_TEXT, why_malformed

BLOCK_BYTES = 16 * 2**20
LINE_ENDS = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Odd:
    """A record that cannot be judged by its fields: of another width, or no text.

    Parameters
    ----------
    number
        Its place in the file, from 1.
    reason
        Why it is no loan or is set aside.
    place
        Where it stands; what is no text in it, as far as it can be read.
    """

    number: int
    reason: str
    place: Place


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
    """

    def __init__(self, name: str, stream: BufferedReader, header: Header) -> None:
        self.name, self.header = name, header
        #: Complete when all batches were read.
        self.odd: list[Odd] = []
        #: Where the records stand; whoever is done with some lets them be forgotten.
        self.places = Places(header.lines, header.line_break)
        self._malformed: list[int] = []
        # Numbers and reasons of odd records that were not yet looked up.
        self._met: list[tuple[int, str]] = []
        self._stream = stream
        self._counter = RecordCounter(header.delimiter)
        self._read = 0
        self._last_number = 0

    @property
    def records(self) -> int:
        """How many records were met so far, of whatever width."""
        return self._read + len(self._malformed)

    @property
    def recounted(self) -> int:
        """How many records the bytes hold, by another count."""
        return self._counter.records

    def batches(self) -> Iterator[Batch]:
        """Read batch after batch.

        Raises
        ------
        OpenQuoteError
            A quote is never closed, and hides the records after it.
        pyarrow.ArrowInvalid
            The bytes are no CSV.
        """
        if not self._stream.peek(1):
            return
        kept = [(str(at), name) for at, name in enumerate(self.header.columns) if name]
        names = [name for _, name in kept]
        for met in self._open():
            fields, numbers = self._readable(met, self._numbers(len(met)))
            columns = fields.select([at for at, _ in kept]).rename_columns(names)
            self._refuse_swallowed(fields, numbers)
            self._look_up()
            yield Batch(pa.array(numbers, pa.int64()), fields, columns)
        self._look_up()
        for record in self.odd:
            self._refuse_if_swallowed(record.number, record.place.text or "")

    def _open(self) -> pa_csv.CSVStreamingReader:
        names = [str(at) for at in range(len(self.header.columns))]
        return pa_csv.open_csv(
            CountedStream(self._stream, self._counter, self.places),
            # One thread, since only then does the reader know the number of a malformed record.
            read_options=pa_csv.ReadOptions(
                column_names=names, use_threads=False, block_size=BLOCK_BYTES
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
        self._malformed.append(row.number)
        self._met.append((row.number, why))
        return "skip"

    def _look_up(self) -> None:
        """Cut the odd records out before those around them are judged and forgotten."""
        met, self._met = self._met, []
        places = self.places.find(number for number, _ in met)
        self.odd += [Odd(*known, place) for known, place in zip(met, places, strict=True)]

    def _numbers(self, count: int) -> np.ndarray:
        """Return the places of the next well-formed records."""
        following = np.arange(count + len(self._malformed)) + self._last_number + 1
        numbers = following[~np.isin(following, self._malformed)][:count]
        self._read += count
        self._last_number = int(numbers[-1]) if count else self._last_number
        return numbers

    def _readable(
        self, fields: pa.RecordBatch, numbers: np.ndarray
    ) -> tuple[pa.RecordBatch, np.ndarray]:
        """Keep the records that are text, and put the others with the odd ones."""
        if not self._counter.has_mark:
            return fields, numbers
        bad = marked(fields)
        is_bad = bad.to_numpy(zero_copy_only=False)
        self._met += [(number, NO_TEXT) for number in numbers[is_bad].tolist()]
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
