"""Raw text to typed columns, and one row a loan: what a table of raw loans becomes.

Only text that ``features.parse`` can read comes this far: landing sets the rest aside, by the same
reading.
"""

from collections.abc import Mapping
from datetime import date
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from risk_platform.contract.columns import LOANS, SOURCE_FILE, SOURCE_RECORD
from risk_platform.contract.marks import INDICATORS, MARKED
from risk_platform.spark.partwise import PartFiles, Partwise
from risk_platform.spark.typed import ARROW_TYPES, marked, type_texts

SNAPSHOT = "snapshot_d"

CLEANED_SCHEMA = pa.schema(
    [(column.name, ARROW_TYPES[column.dtype]) for column in LOANS]
    + [(name, pa.bool_()) for name in INDICATORS]
    + [(SOURCE_FILE, pa.string()), (SOURCE_RECORD, pa.int64()), (SNAPSHOT, pa.date32())]
)

# Source file to the first day of the month that its outcomes are as of.
Snapshots = Mapping[str, date]
# Source file to the numbers of its records that a newer row of the same loan replaces.
Superseded = Mapping[str, NDArray[np.int64]]


def clean_loans(raw: PartFiles, snapshots: Snapshots, superseded: Superseded) -> Partwise:
    """Type the raw loans and leave out those that are superseded.

    Parameters
    ----------
    raw
        All columns of the contract as text, with the file and record that they come from.
    snapshots
        As ``snapshot_months`` finds them in all raw loans.
    superseded
        As ``superseded_records`` finds them in all raw loans.

    Returns
    -------
    Partwise
        ``CLEANED_SCHEMA``; the parts are those of the raw loans.
    """
    return Partwise(raw, partial(cleaned, snapshots, superseded), CLEANED_SCHEMA)


def cleaned(snapshots: Snapshots, superseded: Superseded, raw: pa.RecordBatch) -> pa.RecordBatch:
    """Return the loans of a batch of raw ones, typed, without those that are superseded."""
    loans = raw.filter(_is_newest(raw, superseded)) if superseded else raw
    typed = {c.name: type_texts(c, loans.column(c.name)) for c in LOANS}
    marks = [marked(loans.column(c.name), typed[c.name]) for c in MARKED]
    files = pc.dictionary_encode(loans.column(SOURCE_FILE))
    known = pa.array([snapshots[file] for file in files.dictionary.to_pylist()], pa.date32())
    source = [loans.column(SOURCE_FILE), loans.column(SOURCE_RECORD), known.take(files.indices)]
    values = [one.values for one in typed.values()]
    return pa.RecordBatch.from_arrays([*values, *marks, *source], schema=CLEANED_SCHEMA)


def _is_newest(raw: pa.RecordBatch, superseded: Superseded) -> pa.Array:
    files, records = raw.column(SOURCE_FILE), raw.column(SOURCE_RECORD)
    newest = pa.array(np.ones(len(raw), bool))
    for file in pc.unique(files).to_pylist():
        older = pc.is_in(records, pa.array(superseded.get(file, ()), pa.int64()))
        newest = pc.and_not(newest, pc.and_(pc.equal(files, file), older))
    return newest
