"""Raw text becomes typed columns, each loan once, from the newest snapshot."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pytest
from pyspark.sql import DataFrame, Row

from risk_platform.contract.vintages import ISSUE_QUARTER
from risk_platform.spark.clean import (
    CLEANED_SCHEMA,
    SNAPSHOT,
    clean_loans,
    snapshot_months,
)
from risk_platform.spark.schema import schema_gap

RawTable = Callable[[Sequence[Mapping[str, str]]], DataFrame]


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


def test_a_mistyped_date_does_not_move_the_snapshot_of_a_small_file(raw_table: RawTable) -> None:
    """One loan of a hundred is more than the share, and still only one."""
    rows = [{"id": str(number), "last_pymnt_d": "Mar-2019"} for number in range(100)]
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
