"""Raw text to typed columns, and one row a loan: what a table of raw loans becomes.

Only text that ``features.parse`` can read comes this far: landing sets the rest aside, by the same
reading.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.columns import BY_NAME, LOANS
from risk_platform.contract.marks import INDICATORS, MARKED
from risk_platform.spark.partwise import PartFiles, Partwise, over_parts, read_batches
from risk_platform.spark.typed import ARROW_TYPES, marked, type_texts

SOURCE_FILE, SOURCE_RECORD = "source_file", "source_record"
SNAPSHOT = "snapshot_d"

CLEANED_SCHEMA = pa.schema(
    [(column.name, ARROW_TYPES[column.dtype]) for column in LOANS]
    + [(name, pa.bool_()) for name in INDICATORS]
    + [(SOURCE_FILE, pa.string()), (SOURCE_RECORD, pa.int64()), (SNAPSHOT, pa.date32())]
)

# Of an extract's loans, at least this share was paid or looked at in the month of its snapshot.
SNAPSHOT_SHARE = 0.002

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


def snapshot_months(spark: SparkSession, raw: PartFiles) -> Snapshots:
    """Return each source file's snapshot: the month of its latest payment or credit pull.

    A month counts as seen when it is the latest of at least ``SNAPSHOT_SHARE`` of the file's
    loans, and of two: a single mistyped date must not make every loan of a file look long
    observed. A file without either date is as of its latest month of issue, so that nothing counts
    as observed.
    """
    by_file: dict[str, Counter[date]] = {}
    for found in over_parts(spark, raw, latest_seen):
        for file, months in found.items():
            by_file.setdefault(file, Counter()).update(months)
    return {file: _snapshot(months) for file, months in by_file.items()}


def latest_seen(_part: str, paths: Sequence[str]) -> Mapping[str, Counter[date]]:
    """Count the loans of a part by source file, and by the last month in which they were seen."""
    seen: dict[str, Counter[date]] = {}
    names = ("last_pymnt_d", "last_credit_pull_d", "issue_d")
    for batch in read_batches(paths, [SOURCE_FILE, *names]):
        paid, pulled, issued = (type_texts(BY_NAME[n], batch.column(n)).values for n in names)
        latest = pc.coalesce(pc.max_element_wise(paid, pulled), issued)
        pairs = pa.table({"file": batch.column(SOURCE_FILE), "month": latest})
        for row in pairs.group_by(["file", "month"]).aggregate([([], "count_all")]).to_pylist():
            seen.setdefault(row["file"], Counter())[row["month"]] += row["count_all"]
    return seen


def _snapshot(loans: Counter[date]) -> date:
    enough = max(2, SNAPSHOT_SHARE * loans.total())
    return max([month for month, count in loans.items() if count >= enough] or loans)


def superseded_records(raw: DataFrame, snapshots: Snapshots) -> Superseded:
    """Find the records that are not the newest of their ``id``.

    Of several, the one of the newest snapshot counts, of its last file, and its last record.
    """
    narrow = raw.select(F.trim("id").alias("id"), SOURCE_FILE, SOURCE_RECORD)
    # Few loans stand twice; only their rows are sent around and put in order.
    twice = narrow.groupBy("id").count().where("count > 1").select("id")
    newest_first = Window.partitionBy("id").orderBy(
        F.desc(_order_of(snapshots)), F.desc(SOURCE_FILE), F.desc(SOURCE_RECORD)
    )
    ranked = narrow.join(twice, "id").withColumn("age", F.row_number().over(newest_first))
    older = ranked.where("age > 1").select(SOURCE_FILE, SOURCE_RECORD).toArrow()
    by_file = older.group_by(SOURCE_FILE).aggregate([(SOURCE_RECORD, "list")])
    files, records = by_file.column(SOURCE_FILE), by_file.column(f"{SOURCE_RECORD}_list")
    return {
        file: np.sort(np.asarray(numbers, np.int64))
        for file, numbers in zip(files.to_pylist(), records.to_pylist(), strict=True)
    }


def _order_of(snapshots: Snapshots) -> SparkColumn:
    known = [F.lit(item) for file, day in snapshots.items() for item in (file, day)]
    return F.element_at(F.create_map(*known), F.col(SOURCE_FILE))
