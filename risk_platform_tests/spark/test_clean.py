"""Raw text becomes typed columns, each loan once, from the newest snapshot."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pytest
from pyspark.sql import SparkSession

from risk_platform.spark.clean import (
    CLEANED_SCHEMA,
    SNAPSHOT,
    clean_loans,
    latest_seen,
    snapshot_months,
    superseded_records,
)
from risk_platform.spark.partwise import PartFiles
from risk_platform_tests.made import made

RawParts = Callable[[Sequence[Mapping[str, str]]], PartFiles]
MARCH = date(2019, 3, 1)


def cleaned(spark: SparkSession, raw: PartFiles) -> list[dict[str, object]]:
    """Return the cleaned loans of a raw table, each file with its own snapshot."""
    snapshots = snapshot_months(spark, raw)
    superseded = superseded_records(raw.read(spark), snapshots)
    return made(clean_loans(raw, snapshots, superseded)).sort_by("id").to_pylist()


def test_the_columns_and_types_are_those_of_the_contract(raw_parts: RawParts) -> None:
    """Beside the contract stand file, record and snapshot."""
    table = made(clean_loans(raw_parts([{}]), {"a.csv": MARCH}, {}))
    assert table.schema == CLEANED_SCHEMA
    assert table.num_rows == 1


def test_a_loan_of_two_files_is_kept_from_the_newest_snapshot(
    spark: SparkSession, raw_parts: RawParts
) -> None:
    """The older file stands last in the alphabet and in the table, and yet it is superseded."""
    newer = {"source_file": "a.csv", "loan_status": "Fully Paid", "last_pymnt_d": "Mar-2019"}
    older = {"source_file": "b.csv", "loan_status": "Current", "last_pymnt_d": "Jan-2018"}
    raw = raw_parts([newer, older | {"last_credit_pull_d": "Jan-2018"}])
    assert [row["loan_status"] for row in cleaned(spark, raw)] == ["Fully Paid"]


def test_blanks_around_an_id_do_not_make_another_loan(
    spark: SparkSession, raw_parts: RawParts
) -> None:
    """Rows are told apart by the number, not by how it was written."""
    assert [row["id"] for row in cleaned(spark, raw_parts([{"id": "7"}, {"id": " 7 "}]))] == ["7"]


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "turned round"])
def test_a_tie_is_decided_by_file_and_then_by_record(
    spark: SparkSession, raw_parts: RawParts, *, turned: bool
) -> None:
    """Of equally new rows the last record of the last file is kept, however they are ordered."""
    files = ["b.csv", "a.csv", "b.csv", "a.csv"]
    rows = raw_parts([{"source_file": file} for file in files]).read(spark)
    superseded = superseded_records(
        rows.orderBy("source_record", ascending=not turned), {"a.csv": MARCH, "b.csv": MARCH}
    )
    found = {file: records.tolist() for file, records in superseded.items()}
    assert found == {"a.csv": [2, 4], "b.csv": [1]}


def test_only_the_file_of_a_superseded_record_loses_it(raw_parts: RawParts) -> None:
    """Each file counts its records anew, so that two of them have a first one."""
    raw = raw_parts([{"id": "1"}, {"id": "2", "source_file": "b.csv"}])
    snapshots = {"a.csv": MARCH, "b.csv": MARCH}
    table = made(clean_loans(raw, snapshots, {"b.csv": [1, 2], "c.csv": [1]}))  # type: ignore[dict-item]
    assert table["id"].to_pylist() == ["1"]


def test_each_loan_carries_the_snapshot_of_its_own_file(
    spark: SparkSession, raw_parts: RawParts
) -> None:
    """A younger file says nothing about how long the loans of an older one were observed."""
    rows = [
        {"id": "1", "source_file": "a.csv", "last_pymnt_d": "Jan-2017"},
        {"id": "2", "source_file": "b.csv", "last_pymnt_d": "Jan-2019"},
    ]
    raw = raw_parts([row | {"last_credit_pull_d": "Dec-2016"} for row in rows])
    assert [row[SNAPSHOT] for row in cleaned(spark, raw)] == [date(2017, 1, 1), date(2019, 1, 1)]


@pytest.mark.parametrize(
    ("paid", "pulled", "month"),
    [
        ("Feb-2019", "Jan-2018", date(2019, 2, 1)),
        ("Feb-2017", "Sep-2019", date(2019, 9, 1)),
        ("", "Sep-2019", date(2019, 9, 1)),
        ("Feb-2019", "", date(2019, 2, 1)),
        ("", "", date(2016, 3, 1)),
    ],
)
def test_a_loan_was_last_seen_at_its_latest_payment_or_credit_pull(
    raw_parts: RawParts, paid: str, pulled: str, month: date
) -> None:
    """Where there is neither, it was seen when it was issued."""
    raw = raw_parts([{"last_pymnt_d": paid, "last_credit_pull_d": pulled}])
    assert latest_seen("2016-01-01", raw.paths) == {"a.csv": Counter([month])}


def test_a_snapshot_is_the_latest_month_that_a_loan_was_seen(
    spark: SparkSession, raw_parts: RawParts
) -> None:
    """Where a file has no dates, it is as of its latest issue and nothing counts as observed."""
    unseen = {"last_pymnt_d": "", "last_credit_pull_d": ""}
    rows = [unseen | {"issue_d": "Jan-2016"}, unseen | {"issue_d": "Mar-2016"}]
    assert snapshot_months(spark, raw_parts(rows)) == {"a.csv": date(2016, 3, 1)}


@pytest.mark.parametrize("loans", [100, 1_000])
def test_a_mistyped_date_does_not_move_a_snapshot(
    spark: SparkSession, raw_parts: RawParts, loans: int
) -> None:
    """One payment in the year 2091 must not make every young loan look observed for decades.

    One loan of a hundred is more than the share, and still only one.
    """
    rows = [{"id": str(number), "last_pymnt_d": "Mar-2019"} for number in range(loans)]
    rows[7] |= {"last_pymnt_d": "Mar-2091"}
    assert snapshot_months(spark, raw_parts(rows)) == {"a.csv": MARCH}


def test_a_snapshot_needs_few_of_many_loans(spark: SparkSession, raw_parts: RawParts) -> None:
    """Most loans of an old file were paid off long before: five of a thousand tell its month."""
    rows = [{"id": str(number), "last_pymnt_d": "Mar-2017"} for number in range(1_000)]
    pulled = {"last_credit_pull_d": "Mar-2017"}
    rows = [
        row | pulled | ({"last_pymnt_d": "Jun-2018"} if i < 5 else {}) for i, row in enumerate(rows)
    ]
    assert snapshot_months(spark, raw_parts(rows)) == {"a.csv": date(2018, 6, 1)}
