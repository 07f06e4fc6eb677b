"""Raw text to typed columns, and one row a loan: what a table of raw loans becomes.

Only text that ``features.parse`` can read comes this far (landing sets the rest aside), so the
expressions here need not judge it again; a test holds them to that parser's values.
"""

from collections.abc import Mapping

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from risk_platform.contract.column import Column, DType
from risk_platform.contract.columns import BY_NAME, LOANS
from risk_platform.features.parse import LAST_SHORT_YEAR, MONTHS, null_numbers
from risk_platform.spark.schema import SPARK_TYPES, spark_schema

SOURCE_FILE, SOURCE_RECORD = "source_file", "source_record"
SNAPSHOT = "snapshot_d"
ISSUE_QUARTER = "issue_quarter"

CLEANED_SCHEMA = T.StructType(
    [
        *spark_schema(LOANS),
        T.StructField(SOURCE_FILE, T.StringType()),
        T.StructField(SOURCE_RECORD, T.LongType()),
        T.StructField(SNAPSHOT, T.DateType()),
    ]
)

# Of an extract's loans, at least this share was paid or looked at in the month of its snapshot.
SNAPSHOT_SHARE = 0.002

_LONG_MONTH = len("Dec-2011")
_ALL_MONTHS = "".join(MONTHS)


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
    return newest_of_each(
        raw.select(
            *(parsed(column).alias(column.name) for column in LOANS),
            SOURCE_FILE,
            SOURCE_RECORD,
            _snapshot(snapshots).alias(SNAPSHOT),
        )
    ).withColumn(ISSUE_QUARTER, quarter_of_issue())


def quarter_of_issue() -> SparkColumn:
    """Return the first day of a loan's quarter of issue, ``YYYY-MM-DD``: its partition."""
    return F.date_format(F.trunc("issue_d", "quarter"), "yyyy-MM-dd").alias(ISSUE_QUARTER)


def snapshot_months(raw: DataFrame) -> Mapping[str, str]:
    """Return each source file's snapshot as ``YYYY-MM``: its latest payment or credit pull.

    A month counts as seen when it is the latest of at least ``SNAPSHOT_SHARE`` of the file's
    loans: a single mistyped date must not make every loan of a file look long observed. A file
    without either date is as of its latest month of issue, so that nothing counts as observed.
    """
    seen = [parsed(BY_NAME[name]) for name in ("last_pymnt_d", "last_credit_pull_d")]
    latest = F.coalesce(F.greatest(*seen), parsed(BY_NAME["issue_d"]))
    month = F.date_format(latest, "yyyy-MM").alias("month")
    rows = raw.groupBy(SOURCE_FILE, month).count().collect()
    by_file: dict[str, dict[str, int]] = {}
    for row in rows:
        by_file.setdefault(row[SOURCE_FILE], {})[row["month"]] = row["count"]
    return {file: _latest_seen(loans) for file, loans in by_file.items()}


def _latest_seen(loans: Mapping[str, int]) -> str:
    enough = SNAPSHOT_SHARE * sum(loans.values())
    return max(month for month, count in loans.items() if count >= enough)


def newest_of_each(loans: DataFrame) -> DataFrame:
    """Keep one row an ``id``: of the newest snapshot, and of its last record."""
    newest_first = Window.partitionBy("id").orderBy(
        F.desc_nulls_last(SNAPSHOT), F.desc(SOURCE_FILE), F.desc(SOURCE_RECORD)
    )
    ranked = loans.withColumn("_age", F.row_number().over(newest_first))
    return ranked.where("_age = 1").drop("_age")


def parsed(column: Column) -> SparkColumn:
    """Return the expression that types one raw column, with its null marks made null."""
    text = F.trim(F.col(column.name))
    text = F.when(text.isin("", *column.nulls), F.lit(None)).otherwise(text)
    value = _value(column, text)
    marks = null_numbers(column)
    if marks:
        value = F.when(~value.isin(*marks), value)
    return value.cast(SPARK_TYPES[column.dtype])


def _value(column: Column, text: SparkColumn) -> SparkColumn:
    match column.dtype:
        case DType.FLOAT | DType.INTEGER:
            value = text.try_cast("double")
        case DType.PERCENT:
            value = F.regexp_replace(text, "%$", "").try_cast("double")
        case DType.TERM:
            value = _leading_number(text)
        case DType.EMP_LENGTH:
            value = F.when(text == "< 1 year", F.lit(0.0)).otherwise(_leading_number(text))
        case DType.MONTH:
            value = _month(text)
        case DType.LABEL:
            value = _label(column, text)
        case DType.TEXT:
            value = text
    return value


def _leading_number(text: SparkColumn) -> SparkColumn:
    return F.regexp_extract(text, r"^\d+", 0).try_cast("double")


def _label(column: Column, text: SparkColumn) -> SparkColumn:
    label = text
    for spelling, meant in column.spellings:
        label = F.when(text == spelling, F.lit(meant)).otherwise(label)
    return label


def _month(text: SparkColumn) -> SparkColumn:
    """First day of ``Dec-2011``, ``Dec-11``, ``11-Dec``, ``2011-12-01``, ``20111201T000000``."""
    by_name = text.rlike("^[A-Za-z]")
    long = F.length(text) == _LONG_MONTH
    after_dash, before_dash = F.substring_index(text, "-", -1), F.substring_index(text, "-", 1)
    digits = F.replace(text, F.lit("-"), F.lit(""))
    return (
        F.when(by_name & long, _first_day(F.substring(text, 5, 4), F.substring(text, 1, 3)))
        .when(by_name, _first_day(_full_year(after_dash), before_dash))
        .when(text.rlike("[A-Za-z]{3}$"), _first_day(_full_year(before_dash), after_dash))
        .when(
            text.isNotNull(),
            F.make_date(_int(F.substring(digits, 1, 4)), _int(F.substring(digits, 5, 2)), F.lit(1)),
        )
    )


def _first_day(year: SparkColumn, month_name: SparkColumn) -> SparkColumn:
    position = F.instr(F.lit(_ALL_MONTHS), F.lower(month_name))
    return F.make_date(_int(year), ((position + 2) / 3).cast("int"), F.lit(1))


def _full_year(digits: SparkColumn) -> SparkColumn:
    year = _int(digits)
    century = F.when(year <= LAST_SHORT_YEAR, F.lit(2000)).otherwise(F.lit(1900))
    return F.when(F.length(digits) == len("2011"), year).otherwise(year + century)


def _int(digits: SparkColumn) -> SparkColumn:
    return digits.try_cast("int")


def _snapshot(snapshots: Mapping[str, str]) -> SparkColumn:
    known = [F.lit(text) for pair in snapshots.items() for text in pair]
    month = F.element_at(F.create_map(*known), F.col(SOURCE_FILE))
    return F.to_date(F.concat(month, F.lit("-01")))
