"""Generating: loans drawn and written chunk by chunk, so that any number fits into memory."""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from risk_platform.contract.layouts import LAYOUT_2020
from risk_platform.sources.generator.loans import Loans, draw_loans, months_of_issue
from risk_platform.sources.generator.marginals import load_statistics
from risk_platform.sources.generator.rawtext import csv_lines

GENERATED_FILE = "Loan_status_2007-2020Q3.csv"
TRUTH_FILE = "truth.parquet"
# What stands in LendingClub's files without being a loan: above the header, between and below.
NOTE = "Notes offered by Prospectus (https://www.lendingclub.com/info/prospectus.action)"
DIVIDER = "Loans that do not meet the credit policy"
FOOTERS = (
    "Total amount funded in policy code 1: {funded}",
    "Total amount funded in policy code 2: 0",
)
TRUTH_SCHEMA = pa.schema([("id", pa.string()), ("pd_12m", pa.float64()), ("pd_life", pa.float64())])
_CHUNK = 25_000


@dataclass(frozen=True, slots=True)
class Generated:
    """What was written.

    Parameters
    ----------
    csv
        The raw file.
    truth
        Id and true PD of each loan, within 12 months and for life; ``None`` if not asked for.
    loans
        How many there are.
    not_loans
        Lines below the header that are none: notes, blank lines and footers.
    """

    csv: Path
    truth: Path | None
    loans: int
    not_loans: int


def generate(
    loans: int,
    seed: int,
    out: Path,
    *,
    with_truth: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
) -> Generated:
    """Write loans in the shape of LendingClub's raw file of 2020; the same seed, the same bytes.

    Files appear under their names when they are whole: a run that is broken off leaves none.

    Parameters
    ----------
    loans
        How many.
    seed
        Of all that is drawn.
    out
        Folder to write into; made where there is none.
    with_truth
        Whether to write the true PDs beside, as Parquet.
    progress
        Told the number of loans written so far.
    """
    out.mkdir(parents=True, exist_ok=True)
    truth = out / TRUTH_FILE if with_truth else None
    with _whole(out / GENERATED_FILE) as staged, staged.open("wb") as stream:
        if truth is None:
            _write(stream, _chunks(loans, seed), progress)
        else:
            with _whole(truth) as part, pq.ParquetWriter(part, TRUTH_SCHEMA) as writer:
                _write(stream, _with_truth(_chunks(loans, seed), writer), progress)
    return Generated(out / GENERATED_FILE, truth, loans, len(FOOTERS) + 3)


def generator_digest() -> str:
    """Return a digest of the generator itself: another one makes other loans of the same seed."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.iterdir()):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _chunks(loans: int, seed: int) -> Iterator[Loans]:
    """Draw chunk after chunk, each from a stream of random numbers of its own."""
    statistics = load_statistics()
    issued = months_of_issue(loans, statistics)
    for first in range(0, loans, _CHUNK):
        rng = np.random.default_rng([seed, first])
        yield draw_loans(rng, first, issued[first : first + _CHUNK], statistics)


def _with_truth(chunks: Iterator[Loans], writer: pq.ParquetWriter) -> Iterator[Loans]:
    for chunk in chunks:
        fate = chunk.fate
        truth = [chunk.columns["id"], pa.array(fate.pd_12m), pa.array(fate.pd_life)]
        writer.write_batch(pa.record_batch(truth, schema=TRUTH_SCHEMA))
        yield chunk


def _write(stream: BinaryIO, chunks: Iterator[Loans], progress: Callable[[int], None]) -> None:
    """Write the loans, and among them the lines that are none."""
    _write_line(stream, NOTE)
    _write_line(stream, ",".join(LAYOUT_2020))
    done = 0
    for number, chunk in enumerate(chunks):
        if number == 0:
            _write_line(stream, "")
        stream.write(csv_lines(list(chunk.columns.values())))
        done += len(chunk.fate.pd_12m)
        progress(done)
    _write_line(stream, "," * (len(LAYOUT_2020) - 1))
    _write_line(stream, DIVIDER)
    for footer in FOOTERS:
        _write_line(stream, footer.format(funded=done))


def _write_line(stream: BinaryIO, line: str) -> None:
    stream.write(line.encode() + b"\n")


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give a place to write; what was written there takes the name when the block is done."""
    staged = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        yield staged
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)
