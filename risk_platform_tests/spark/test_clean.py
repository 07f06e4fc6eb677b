"""Raw text becomes typed columns, each loan once; SQL reads every text as the parser does."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from risk_platform.contract.column import Column
from risk_platform.contract.columns import LOANS
from risk_platform.features.parse import parse_value
from risk_platform.spark.clean import (
    CLEANED_SCHEMA,
    ISSUE_QUARTER,
    SNAPSHOT,
    clean_loans,
    parsed,
    snapshot_months,
)
from risk_platform.spark.schema import schema_gap

RawTable = Callable[[Sequence[Mapping[str, str]]], DataFrame]

# fmt: off
NUMBERS = (
    "0", "-0.0", "7", "007", "7.0", "+7", "-1", "-1.0", ".5", "5.", "1e3", "1E-3", "2.5E+2",
    "0.1", "2147483647", "1e-400", "4.9e-324",
    "999", "999.0", "9.99e2", "36", "36.0", "13.75%", " 13.75%", "13.75 %", "0%", "-1%", "999%",
)
# At and beyond what a column of whole numbers holds.
LARGE = ("2147483648", "9007199254740993", "18446744073709551616", "1e30", "1.7976931348623157e308")
PERIODS = (
    " 36 months", "60 months", "36.0", "36.00 months", "036 months",
    "< 1 year", "1 year", "10+ years", "10+ year", "2 years", "2.0", "n/a",
)
MONTHS = (
    "Dec-2011", "dec-2011", "DEC-2011", "Jan-2007", "Sep-1969", "Jan-1900", "Dec-11", "Dec-5",
    "Jan-00", "Jan-20", "Jan-21", "Jan-62", "Feb-99", "11-Dec", "1-Jan", "0-Jan", "62-jan",
    "2011-12", "2011-12-01", "2011-12-31", "201112", "20111231", "1969-01-01", "20111201T000000",
    "2011-12-01T", "2011-12-01T00:00:00.000",
)
WORDS = (
    "", " ", "   ", "N/A", "NULL", "None", "nan", "%", "-", "'quoted'", 'say "hi"', "two\nlines",
    "\ttab", "Zoë Ünal", "日本", "a  b", "trailing ", " leading", "1_000", "1,000", "$5",
)
# fmt: on
# One column for each way of reading: what else a column says does not change its values.
READ_APART = tuple({(c.dtype, c.labels, c.spellings, c.nulls): c for c in LOANS}.values())


def accepts(column: Column, text: str) -> bool:
    """Whether the parser reads a text; landing sets aside the rest, so SQL never sees it."""
    try:
        parse_value(column, text)
    except ValueError:
        return False
    return True


def corpus() -> list[str]:
    """Return awkward texts, and every label and spelling of the contract with blanks around it."""
    labels = [label for column in LOANS for label in column.labels]
    spellings = [spelling for column in LOANS for spelling, _ in column.spellings]
    words = sorted({*labels, *spellings})
    blanks = [f"  {text} " for text in (*NUMBERS, *PERIODS, *MONTHS, *words)]
    return [*NUMBERS, *LARGE, *PERIODS, *MONTHS, *WORDS, *words, *blanks]


def as_parsed(value: object) -> object:
    """Return a value of a Spark row in the parser's terms: months since 1970 for a date."""
    if isinstance(value, date):
        return float((value.year - 1970) * 12 + value.month - 1)
    return float(value) if isinstance(value, int) else value


@pytest.fixture(scope="module")
def read_by_sql(spark: SparkSession) -> list[Row]:
    """Return what SQL makes of the corpus, a row a text; a column skips what it does not accept."""
    texts = [[t if accepts(column, t) else None for column in READ_APART] for t in corpus()]
    raw = spark.createDataFrame(texts, ", ".join(f"{column.name} string" for column in READ_APART))
    return raw.select(*(parsed(column).alias(column.name) for column in READ_APART)).collect()


@pytest.mark.parametrize("column", READ_APART, ids=lambda column: column.name)
def test_sql_reads_every_text_as_the_parser_does(column: Column, read_by_sql: list[Row]) -> None:
    """A table and a single application agree on each text, each null and each bit."""
    texts = corpus()
    kept = {t: as_parsed(row[column.name]) for t, row in zip(texts, read_by_sql, strict=True)}
    accepted = [text for text in texts if accepts(column, text)]
    assert accepted
    assert {t: kept[t] for t in accepted} == {t: parse_value(column, t) for t in accepted}


def cleaned(table: DataFrame) -> list[Row]:
    """Return the cleaned loans of a raw table, each file with its own snapshot."""
    return clean_loans(table, snapshot_months(table)).orderBy("id").collect()


def test_the_columns_and_types_are_those_of_the_contract(raw_table: RawTable) -> None:
    """Beside the contract stand file, record, snapshot and the quarter that parts the table."""
    table = clean_loans(raw_table([{}]), {"a.csv": "2019-03"})
    assert schema_gap(table.drop(ISSUE_QUARTER).schema, CLEANED_SCHEMA) == {}
    assert table.columns == [*CLEANED_SCHEMA.names, ISSUE_QUARTER]


def test_a_loan_of_two_files_is_kept_from_the_newest_snapshot(raw_table: RawTable) -> None:
    """The older file stands last in the alphabet and in the table, and yet it is superseded."""
    newer = {"source_file": "a.csv", "loan_status": "Fully Paid", "last_pymnt_d": "Mar-2019"}
    older = {"source_file": "b.csv", "loan_status": "Current", "last_pymnt_d": "Jan-2018"}
    table = raw_table([newer, older | {"last_credit_pull_d": "Jan-2018"}])
    assert [row["loan_status"] for row in cleaned(table)] == ["Fully Paid"]


def test_blanks_around_an_id_do_not_make_another_loan(raw_table: RawTable) -> None:
    """Rows are told apart by the number, not by how it was written."""
    assert [row["id"] for row in cleaned(raw_table([{"id": "7"}, {"id": " 7 "}]))] == ["7"]


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "turned round"])
def test_a_tie_is_decided_by_file_and_then_by_record(raw_table: RawTable, *, turned: bool) -> None:
    """Of equally new rows the last record of the last file is kept, however they are ordered."""
    files = ["b.csv", "a.csv", "b.csv", "a.csv"]
    table = raw_table([{"source_file": file} for file in files])
    rows = table.orderBy("source_record", ascending=not turned)
    assert [(row["source_file"], row["source_record"]) for row in cleaned(rows)] == [("b.csv", 3)]


def test_each_loan_carries_the_snapshot_of_its_own_file(raw_table: RawTable) -> None:
    """A younger file says nothing about how long the loans of an older one were observed."""
    rows = [
        {"id": "1", "source_file": "a.csv", "last_pymnt_d": "Jan-2017"},
        {"id": "2", "source_file": "b.csv", "last_pymnt_d": "Jan-2019"},
    ]
    table = raw_table([row | {"last_credit_pull_d": "Dec-2016"} for row in rows])
    assert [row[SNAPSHOT] for row in cleaned(table)] == [date(2017, 1, 1), date(2019, 1, 1)]


@pytest.mark.parametrize(
    ("paid", "pulled", "month"),
    [
        ("Feb-2019", "Jan-2018", "2019-02"),
        ("Feb-2017", "Sep-2019", "2019-09"),
        ("", "Sep-2019", "2019-09"),
        ("Feb-2019", "", "2019-02"),
        ("", "", "2016-03"),
    ],
)
def test_a_snapshot_is_the_latest_payment_or_credit_pull(
    raw_table: RawTable, paid: str, pulled: str, month: str
) -> None:
    """Where a file has neither, it is as of its latest issue and nothing counts as observed."""
    latest = {"last_pymnt_d": paid, "last_credit_pull_d": pulled}
    earlier = {"last_pymnt_d": "", "last_credit_pull_d": "", "issue_d": "Jan-2016"}
    assert snapshot_months(raw_table([latest, earlier])) == {"a.csv": month}


def test_a_mistyped_date_does_not_move_a_snapshot(raw_table: RawTable) -> None:
    """One payment in the year 2091 must not make every young loan look observed for decades."""
    rows = [{"id": str(number), "last_pymnt_d": "Mar-2019"} for number in range(1_000)]
    rows[7] |= {"last_pymnt_d": "Mar-2091"}
    assert snapshot_months(raw_table(rows)) == {"a.csv": "2019-03"}


def test_a_snapshot_needs_few_of_many_loans(raw_table: RawTable) -> None:
    """Most loans of an old file were paid off long before: five of a thousand tell its month."""
    rows = [{"id": str(number), "last_pymnt_d": "Mar-2017"} for number in range(1_000)]
    pulled = {"last_credit_pull_d": "Mar-2017"}
    rows = [
        row | pulled | ({"last_pymnt_d": "Jun-2018"} if i < 5 else {}) for i, row in enumerate(rows)
    ]
    assert snapshot_months(raw_table(rows)) == {"a.csv": "2018-06"}


def test_a_loan_stands_in_its_quarter_of_issue(raw_table: RawTable) -> None:
    """The quarter is named by its first day, as the partitions are."""
    months = ("Jan-2016", "Mar-2016", "Apr-2016", "Dec-2016")
    table = raw_table([{"id": str(i), "issue_d": month} for i, month in enumerate(months)])
    quarters = ["2016-01-01", "2016-01-01", "2016-04-01", "2016-10-01"]
    assert [row[ISSUE_QUARTER] for row in cleaned(table)] == quarters
