"""Raw text to typed columns, and one row a loan: what a table of raw loans becomes.

Only text that ``features.parse`` can read comes this far: landing sets the rest aside, by the same
reading.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyarrow as pa
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from risk_platform.contract.columns import BY_NAME, LOANS
from risk_platform.contract.marks import indicator_of
from risk_platform.contract.vintages import ISSUE_QUARTER
from risk_platform.spark.schema import indicator_schema, spark_schema
from risk_platform.spark.typed import marked, type_texts

SOURCE_FILE, SOURCE_RECORD = "source_file", "source_record"
SNAPSHOT = "snapshot_d"

_SOURCE = T.StructType(
    [T.StructField(SOURCE_FILE, T.StringType()), T.StructField(SOURCE_RECORD, T.LongType())]
)
CLEANED_SCHEMA = T.StructType(
    [
        *spark_schema(LOANS),
        *indicator_schema(LOANS),
        *_SOURCE,
        T.StructField(SNAPSHOT, T.DateType()),
    ]
)

# Of an extract's loans, at least this share was paid or looked at in the month of its snapshot.
SNAPSHOT_SHARE = 0.002


def clean_loans(raw: DataFrame, snapshots: Mapping[str, str]) -> DataFrame:
    """Type the raw loans and keep each loan once, from the newest snapshot.

    Parameters
    ----------
    raw
        All columns of the contract as text, with the file and record that they come from.
    snapshots
        Source file to the month (``YYYY-MM``) that its outcomes are as of.

    Returns
    -------
    DataFrame
        ``CLEANED_SCHEMA`` and ``issue_quarter``, the first day of the quarter of issue as text.
    """
    loans = newest_of_each(raw, snapshots)
    typed = typed_loans(loans, [column.name for column in LOANS])
    return typed.withColumns({SNAPSHOT: _snapshot(snapshots), ISSUE_QUARTER: quarter_of_issue()})


def typed_loans(raw: DataFrame, names: Sequence[str]) -> DataFrame:
    """Return columns of raw loans as the contract types them, with file and record.

    Beside a column that has marks stands its indicator.
    """
    columns = [BY_NAME[name] for name in names]
    schema = T.StructType([*spark_schema(columns), *indicator_schema(columns), *_SOURCE])
    return raw.select(*names, *_SOURCE.names).mapInArrow(_typed_batches, schema)


def _typed_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        arrays: dict[str, pa.Array] = {}
        indicators: dict[str, pa.Array] = {}
        for name, texts in zip(batch.schema.names, batch.columns, strict=True):
            if name not in BY_NAME:
                continue
            column = BY_NAME[name]
            typed = type_texts(column, texts)
            arrays[name] = typed.values
            if column.nulls:
                indicators[indicator_of(column)] = marked(texts, typed)
        source = {name: batch.column(name) for name in _SOURCE.names}
        yield pa.RecordBatch.from_pydict(arrays | indicators | source)


def quarter_of_issue() -> SparkColumn:
    """Return the first day of a loan's quarter of issue, ``YYYY-MM-DD``: its partition."""
    return F.date_format(F.trunc("issue_d", "quarter"), "yyyy-MM-dd").alias(ISSUE_QUARTER)


def snapshot_months(raw: DataFrame) -> Mapping[str, str]:
    """Return each source file's snapshot as ``YYYY-MM``: its latest payment or credit pull.

    A month counts as seen when it is the latest of at least ``SNAPSHOT_SHARE`` of the file's
    loans, and of two: a single mistyped date must not make every loan of a file look long
    observed. A file without either date is as of its latest month of issue, so that nothing counts
    as observed.
    """
    names = ("last_pymnt_d", "last_credit_pull_d", "issue_d")
    latest = F.coalesce(F.greatest(*names[:2]), names[2])
    month = F.date_format(latest, "yyyy-MM").alias("month")
    rows = typed_loans(raw, names).groupBy(SOURCE_FILE, month).count().collect()
    by_file: dict[str, dict[str, int]] = {}
    for row in rows:
        by_file.setdefault(row[SOURCE_FILE], {})[row["month"]] = row["count"]
    return {file: _latest_seen(loans) for file, loans in by_file.items()}


def _latest_seen(loans: Mapping[str, int]) -> str:
    enough = max(2, SNAPSHOT_SHARE * sum(loans.values()))
    return max([month for month, count in loans.items() if count >= enough] or loans)


def newest_of_each(raw: DataFrame, snapshots: Mapping[str, str]) -> DataFrame:
    """Keep one row an ``id``: of the newest snapshot, and of its last record.

    Those that are superseded are few, and found from three columns: the wide rows stay where
    they are.
    """
    newest_first = Window.partitionBy(F.trim("id")).orderBy(
        F.desc_nulls_last(_snapshot(snapshots)), F.desc(SOURCE_FILE), F.desc(SOURCE_RECORD)
    )
    ranked = raw.select(*_SOURCE.names, F.row_number().over(newest_first).alias("_age"))
    superseded = ranked.where("_age > 1").drop("_age")
    return raw.join(F.broadcast(superseded), _SOURCE.names, "left_anti")


def _snapshot(snapshots: Mapping[str, str]) -> SparkColumn:
    known = [F.lit(text) for pair in snapshots.items() for text in pair]
    month = F.element_at(F.create_map(*known), F.col(SOURCE_FILE))
    return F.to_date(F.concat(month, F.lit("-01")))
