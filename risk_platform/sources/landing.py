"""Landing: every record of the raw files ends as a loan, as no loan, or set aside with a reason."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Lock

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from risk_platform.contract.columns import BY_NAME, LOANS, SOURCE_FILE, SOURCE_LINE, SOURCE_RECORD
from risk_platform.contract.vintages import quarter_start
from risk_platform.errors.sources import ChangedSourceError, EmptySourceError, UnreadableSourceError
from risk_platform.sources.digest import file_digests
from risk_platform.sources.header import read_header
from risk_platform.sources.odd import Odd
from risk_platform.sources.opening import open_raw
from risk_platform.sources.parts import QuarterFiles
from risk_platform.sources.pipeline import Behind, ahead, working_behind
from risk_platform.sources.places import Places
from risk_platform.sources.raw_file import RawFile
from risk_platform.sources.reader import Batch, Reader
from risk_platform.sources.report import FileReport
from risk_platform.sources.verdicts import NO_LOAN, judge
from risk_platform.spark.typed import type_texts

RAW_SCHEMA = pa.schema(
    [(SOURCE_FILE, pa.string()), (SOURCE_RECORD, pa.int64())]
    + [(column.name, pa.string()) for column in LOANS]
)
REJECT_SCHEMA = pa.schema(
    [
        (SOURCE_FILE, pa.string()),
        (SOURCE_RECORD, pa.int64()),
        (SOURCE_LINE, pa.int64()),
        ("reason", pa.string()),
        ("raw_text", pa.string()),
        ("run_id", pa.string()),
    ]
)
# Of a file without a loan.
REASONS_TOLD = 3


def land(
    files: Sequence[RawFile],
    loans_folder: Path,
    rejects_folder: Path,
    progress: Callable[[str, int], None] = lambda _file, _records: None,
    run_id: str = "",
) -> list[FileReport]:
    """Read raw files, write their loans and their rejects as Parquet, and count both.

    Parameters
    ----------
    files
        The raw files, each with a header of its own; columns meet by name and alias.
    loans_folder, rejects_folder
        Existing folders. Loans go below ``issue_quarter=…`` folders, a Parquet file a raw file.
    progress
        Told the file's name and the records read so far.
    run_id
        Of the run that lands them; each reject keeps it.

    Raises
    ------
    SourceError
        A file is empty, damaged, or none of LendingClub's; an archive was changed meanwhile.
    """
    reports = []
    members = [raw for raw in files if raw.member]
    archives = file_digests(members)
    for number, raw in enumerate(files):
        name = f"part-{number:05d}.parquet"
        with (
            closing(QuarterFiles(loans_folder, name, RAW_SCHEMA)) as loans,
            pq.ParquetWriter(rejects_folder / name, REJECT_SCHEMA, compression="zstd") as rejects,
        ):
            landing = _Landing(raw, loans, rejects, progress, run_id)
            reports.append(landing.run(archives.get(raw.name, "")))
    for name, digest in file_digests(members).items():
        if digest != archives[name]:
            raise ChangedSourceError(name)
    return reports


class _Landing:
    """One raw file on its way."""

    def __init__(
        self,
        raw: RawFile,
        loans: QuarterFiles,
        rejects: pq.ParquetWriter,
        progress: Callable[[str, int], None],
        run_id: str,
    ) -> None:
        self.raw, self.loans, self.rejects, self.progress = raw, loans, rejects, progress
        self.run_id, self.writing = run_id, Lock()
        self.loan_count, self.amount_usd = 0, 0.0
        self.reasons: Counter[str] = Counter()

    def run(self, sha256: str) -> FileReport:
        """Land it, and hash what is read; of an archive the digest is known."""
        read = hashlib.sha256()
        try:
            with open_raw(self.raw, read.update) as stream, working_behind() as behind:
                header = read_header(self.raw, stream)
                reader = Reader(self.raw.name, stream, header, self._set_aside)
                for batch in ahead(reader.batches()):
                    self._land(batch, reader, behind)
                    self.progress(self.raw.name, reader.records)
        except pa.ArrowInvalid as damage:
            raise UnreadableSourceError(self.raw.name, str(damage)) from damage
        if not self.loan_count:
            raise EmptySourceError(self.raw.name, dict(self.reasons.most_common(REASONS_TOLD)))
        return self._report(reader, sha256 or read.hexdigest())

    def _land(self, batch: Batch, reader: Reader, behind: Behind) -> None:
        judged = judge(batch.columns, batch.fields)
        loans, issued = self._raw_loans(batch), judged.issued
        if judged.reasons.null_count < len(loans):
            is_loan = pc.is_null(judged.reasons)
            loans, issued = loans.filter(is_loan), issued.filter(is_loan)
            self._set_aside(_rejected(batch.numbers, judged.reasons, reader.places))
        reader.judged(batch)
        self.loan_count += len(loans)
        self.amount_usd += amount_usd(loans)
        behind.do(partial(self.loans.write, loans, quarter_of(issued)))

    def _raw_loans(self, batch: Batch) -> pa.RecordBatch:
        columns, numbers = batch.columns, batch.numbers
        given = dict(zip(columns.schema.names, columns.columns, strict=True))
        absent = pa.nulls(len(columns), pa.string())
        source = pa.array([self.raw.name] * len(columns), pa.string())
        arrays = [source, numbers, *(given.get(column.name, absent) for column in LOANS)]
        return pa.record_batch(arrays, schema=RAW_SCHEMA)

    def _set_aside(self, records: Sequence[Odd]) -> None:
        rows = [
            {
                SOURCE_FILE: self.raw.name,
                SOURCE_RECORD: record.number,
                SOURCE_LINE: record.place.line,
                "reason": record.reason,
                "raw_text": record.place.text,
                "run_id": self.run_id,
            }
            for record in records
        ]
        if not rows:
            return
        # Odd records come from the thread that reads, others from the one that judges.
        with self.writing:
            self.rejects.write_batch(pa.RecordBatch.from_pylist(rows, REJECT_SCHEMA))
            self.reasons.update(record.reason for record in records)

    def _report(self, reader: Reader, sha256: str) -> FileReport:
        return FileReport(
            file=self.raw.name,
            sha256=sha256,
            columns=len([name for name in reader.header.columns if name]),
            ignored=reader.header.ignored,
            absent=tuple(c.name for c in LOANS if c.name not in reader.header.columns),
            records=reader.records,
            recounted=reader.recounted,
            loans=self.loan_count,
            amount_usd=self.amount_usd,
            no_loan={why: self.reasons[why] for why in NO_LOAN if self.reasons[why]},
            quarantined={
                why: count for why, count in sorted(self.reasons.items()) if why not in NO_LOAN
            },
        )


def _rejected(numbers: pa.Array, reasons: pa.Array, places: Places) -> list[Odd]:
    is_rejected = pc.is_valid(reasons)
    met = numbers.filter(is_rejected).to_pylist()
    why = reasons.filter(is_rejected).to_pylist()
    return [Odd(*record) for record in zip(met, why, places.find(met), strict=True)]


def amount_usd(loans: pa.RecordBatch) -> float:
    """Return the sum of the amounts of raw loans, each as the contract reads it."""
    return pc.sum(type_texts(BY_NAME["loan_amnt"], loans["loan_amnt"]).values).as_py() or 0.0


def quarter_of(issued: pa.Array) -> pa.Array:
    """Return the first day of each date's quarter, ``YYYY-MM-DD``."""
    codes = pc.dictionary_encode(issued)
    starts = [quarter_start(day.year, day.month) for day in codes.dictionary.to_pylist()]
    return pa.array(starts, pa.string()).take(codes.indices)
