"""Landing: every record of the raw files ends as a loan, as no loan, or set aside with a reason."""

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from risk_platform.contract.columns import LOANS
from risk_platform.errors import EmptySourceError, OpenQuoteError, UnreadableSourceError
from risk_platform.sources.files import RawFile, open_raw, read_header
from risk_platform.sources.verdicts import NO_LOAN, NOTE, NOTES, judge

SOURCE_FILE, SOURCE_RECORD = "source_file", "source_record"
RAW_SCHEMA = pa.schema(
    [(SOURCE_FILE, pa.string()), (SOURCE_RECORD, pa.int64())]
    + [(column.name, pa.string()) for column in LOANS]
)
REJECT_SCHEMA = pa.schema(
    [
        (SOURCE_FILE, pa.string()),
        (SOURCE_RECORD, pa.int64()),
        ("reason", pa.string()),
        ("raw_text", pa.string()),
    ]
)
BLOCK_BYTES = 16 * 2**20
# No borrower's text has more; real ones have a handful.
MOST_LINE_BREAKS = 30
_DAMAGE = (pa.ArrowInvalid, EOFError, BadZipFile, zlib.error, OSError)


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one raw file held; the counts add up to ``records``.

    Parameters
    ----------
    file, sha256
        Its name and the digest of its bytes as they lie on disk.
    columns
        How many columns of the contract it has.
    records
        Records below the header. A quoted line break does not end one.
    loans
        Records that became raw loans.
    no_loan, quarantined
        Reason to count.
    """

    file: str
    sha256: str
    columns: int
    records: int
    loans: int
    no_loan: Mapping[str, int]
    quarantined: Mapping[str, int]

    @property
    def quarantined_share(self) -> float:
        """Of what might have been loans, the share that was set aside."""
        quarantined = sum(self.quarantined.values())
        return quarantined / max(1, quarantined + self.loans)

    @property
    def reconciles(self) -> bool:
        """Whether every record is accounted for."""
        accounted = self.loans + sum(self.no_loan.values()) + sum(self.quarantined.values())
        return accounted == self.records


def land(
    files: Sequence[RawFile],
    loans_folder: Path,
    rejects_folder: Path,
    progress: Callable[[str, int], None] = lambda _file, _records: None,
) -> list[FileReport]:
    """Read raw files, write their loans and their rejects as Parquet, and count both.

    Parameters
    ----------
    files
        The raw files, each with a header of its own; columns meet by name and alias.
    loans_folder, rejects_folder
        Existing folders; each raw file becomes one Parquet file in each.
    progress
        Told the file's name and the records read so far.

    Raises
    ------
    SourceError
        A file is empty, damaged, or none of LendingClub's.
    """
    reports = []
    for number, raw in enumerate(files):
        name = f"part-{number:05d}.parquet"
        with (
            pq.ParquetWriter(loans_folder / name, RAW_SCHEMA, compression="zstd") as loans,
            pq.ParquetWriter(rejects_folder / name, REJECT_SCHEMA, compression="zstd") as rejects,
        ):
            reports.append(_Landing(raw, loans, rejects, progress).run())
    return reports


class _MalformedRecords:
    """Records with another number of fields than the header, met by the CSV reader."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.reasons: list[str] = []
        self.texts: list[str] = []

    def __call__(self, row: Any) -> str:  # noqa: ANN401 - pyarrow exports no type for it
        """Keep the record and let the reader go on."""
        is_note = row.actual_columns == 1 and re.match(NOTES, row.text) is not None
        fields = f"has {row.actual_columns} fields where the header has {row.expected_columns}"
        self.numbers.append(row.number)
        self.reasons.append(NOTE if is_note else fields)
        self.texts.append(row.text)
        return "skip"


class _Landing:
    """One raw file on its way."""

    def __init__(
        self,
        raw: RawFile,
        loans: pq.ParquetWriter,
        rejects: pq.ParquetWriter,
        progress: Callable[[str, int], None],
    ) -> None:
        self.raw, self.loans, self.rejects, self.progress = raw, loans, rejects, progress
        self.malformed = _MalformedRecords()
        self.loan_count = 0
        self.well_formed = 0
        self.last_number = 0
        self.reasons: Counter[str] = Counter()

    def run(self) -> FileReport:
        try:
            with open_raw(self.raw) as stream:
                columns = read_header(self.raw, stream).columns
                for batch in _read(stream, columns, self.malformed):
                    self._land_batch(batch, columns)
        except _DAMAGE as damage:
            raise UnreadableSourceError(self.raw.name, str(damage)) from damage
        self._reject_malformed()
        if not self.loan_count:
            raise EmptySourceError(self.raw.name)
        return self._report(len([name for name in columns if name]))

    def _land_batch(self, batch: pa.RecordBatch, columns: tuple[str, ...]) -> None:
        texts = batch.select([f"{i}" for i, name in enumerate(columns) if name])
        records = texts.rename_columns([name for name in columns if name])
        numbers = self._record_numbers(len(records))
        self._refuse_open_quotes(records, numbers)
        reasons = judge(records)
        is_loan = pc.is_null(reasons)
        self._write_loans(records.filter(is_loan), numbers.filter(is_loan))
        rejected = pc.invert(is_loan)
        self._write_rejects(
            numbers.filter(rejected),
            reasons.filter(rejected),
            [_as_line(row) for row in batch.filter(rejected).to_pylist()],
        )
        self.progress(self.raw.name, self.well_formed)

    def _refuse_open_quotes(self, records: pa.RecordBatch, numbers: pa.Array) -> None:
        for texts in records.columns:
            breaks = pc.count_substring(texts, "\n")
            most = pc.max(breaks).as_py() or 0
            if most > MOST_LINE_BREAKS:
                _refuse_open_quote(self.raw.name, numbers[pc.index(breaks, most).as_py()], most)

    def _record_numbers(self, count: int) -> pa.Array:
        """Return the numbers of the next well-formed records as they stand in the file, from 1."""
        malformed = self.malformed.numbers
        following = np.arange(count + len(malformed)) + self.last_number + 1
        numbers = following[~np.isin(following, malformed)][:count]
        self.well_formed += count
        self.last_number = int(numbers[-1]) if count else self.last_number
        return pa.array(numbers, pa.int64())

    def _write_loans(self, records: pa.RecordBatch, numbers: pa.Array) -> None:
        given = dict(zip(records.schema.names, records.columns, strict=True))
        absent = pa.nulls(len(records), pa.string())
        arrays = [given.get(column.name, absent) for column in LOANS]
        source = pa.array([self.raw.name] * len(records), pa.string())
        self.loans.write_batch(pa.record_batch([source, numbers, *arrays], schema=RAW_SCHEMA))
        self.loan_count += len(records)

    def _write_rejects(self, numbers: pa.Array, reasons: pa.Array, texts: list[str]) -> None:
        source = pa.array([self.raw.name] * len(texts), pa.string())
        arrays = [source, numbers, reasons, pa.array(texts, pa.string())]
        self.rejects.write_batch(pa.record_batch(arrays, schema=REJECT_SCHEMA))
        self.reasons.update(reasons.to_pylist())

    def _reject_malformed(self) -> None:
        for number, text in zip(self.malformed.numbers, self.malformed.texts, strict=True):
            _refuse_open_quote(self.raw.name, number, text.count("\n"))
        self._write_rejects(
            pa.array(self.malformed.numbers, pa.int64()),
            pa.array(self.malformed.reasons, pa.string()),
            self.malformed.texts,
        )

    def _report(self, columns: int) -> FileReport:
        return FileReport(
            file=self.raw.name,
            sha256=_digest(self.raw.path),
            columns=columns,
            records=self.well_formed + len(self.malformed.numbers),
            loans=self.loan_count,
            no_loan={why: self.reasons[why] for why in NO_LOAN if self.reasons[why]},
            quarantined={
                why: count for why, count in sorted(self.reasons.items()) if why not in NO_LOAN
            },
        )


def _refuse_open_quote(file: str, number: int, line_breaks: int) -> None:
    """Refuse a file in which a quote was never closed: it hides the loans of many lines."""
    if line_breaks > MOST_LINE_BREAKS:
        raise OpenQuoteError(file, number, line_breaks + 1)


def _read(
    stream: BufferedReader,
    columns: tuple[str, ...],
    malformed: _MalformedRecords,
) -> Iterator[pa.RecordBatch]:
    if not stream.peek(1):
        return
    names = [f"{position}" for position in range(len(columns))]
    reader = pa_csv.open_csv(
        stream,
        # One thread, since only then does the reader know the number of a malformed record.
        read_options=pa_csv.ReadOptions(
            column_names=names, use_threads=False, block_size=BLOCK_BYTES
        ),
        parse_options=pa_csv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=malformed
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    yield from reader


def _as_line(row: Mapping[str, str | None]) -> str:
    """Return a record as one line of CSV again."""
    return ",".join(
        '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text
        for text in (value or "" for value in row.values())
    )


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
