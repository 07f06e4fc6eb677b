"""Outcomes and splits of tables are those that the contract defines, and time is never crossed."""

from collections.abc import Mapping
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.outcome import Window
from risk_platform.contract.protocols import WINDOW12, Cuts, Split
from risk_platform.errors.protocols import EmptySplitError
from risk_platform.spark.clean import CLEANED_SCHEMA, SNAPSHOT
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.split import observed_volumes, outcomes_of, split_batch

STATUSES = BY_NAME["loan_status"].labels
ISSUED = (-1, 0, 11, 551)
MONTHS_LATER = (0, 1, 7, 8, 9, 11, 12, 13, 36)
# A payment before the issue is an error of entry, and read like any other.
PAID_LATER = (None, -2, *MONTHS_LATER)

Loan = tuple[str, int, int | None, int | None]
Row = dict[str, Any]


def first_day(months: int | None) -> date | None:
    """Return the first day of a month counted from January 1970."""
    return None if months is None else date(1970 + months // 12, months % 12 + 1, 1)


def table(loans: list[Loan]) -> pa.RecordBatch:
    """Return cleaned loans given as status and months since 1970: issued, last paid, snapshot."""
    rows = [
        {"id": str(number), "loan_status": status}
        | dict(zip(("issue_d", "last_pymnt_d", SNAPSHOT), map(first_day, months), strict=True))
        for number, (status, *months) in enumerate(loans)
    ]
    return pa.RecordBatch.from_pylist(rows, CLEANED_SCHEMA)


@pytest.mark.parametrize("months", [12, 18])
def test_tables_and_contract_agree_on_every_outcome(months: int) -> None:
    """Each status is crossed with payments and snapshots on either side of the window."""
    loans: list[Loan] = [
        (status, issued, None if paid is None else issued + paid, issued + snapshot)
        for status, issued, paid, snapshot in product(STATUSES, ISSUED, PAID_LATER, MONTHS_LATER)
    ]
    outcomes = pa.array(outcomes_of(table(loans), Window(months)), from_pandas=True)
    by_contract = [
        Window(months).outcome(status=status, issued=issued, last_paid=paid, snapshot=snapshot or 0)
        for status, issued, paid, snapshot in loans
    ]
    assert outcomes.to_pylist() == by_contract
    assert set(by_contract) == {0, 1, None}


def split_rows(loans: pa.RecordBatch) -> list[Row]:
    """Return loans with their splits, cut at months 610 and 615."""
    return split_batch(Window(12), Cuts(610, 615), loans).to_pylist()


@pytest.fixture(scope="module")
def split() -> list[Row]:
    """Return two loans a month for 30 months, of which the last 11 are too young to be known."""
    loans: list[Loan] = [
        (status, issued, issued + 2, 630)
        for issued in range(600, 630)
        for status in ("Charged Off", "Fully Paid")
    ]
    return split_rows(table(loans))


def issue_dates(rows: list[Row], split: Split) -> list[date]:
    """Return the issue months of a split."""
    return [row["issue_d"] for row in rows if row["split"] == split]


def test_the_splits_follow_one_another_in_time(split: list[Row]) -> None:
    """D20: every month of training lies before validation, and every month of that before test."""
    train, validation, test = (issue_dates(split, s) for s in Split if s is not Split.UNUSED)
    assert max(train) < min(validation)
    assert max(validation) < min(test)


def test_time_is_cut_where_it_was_asked_to_be(split: list[Row]) -> None:
    """A cut is the first month of the split that it opens."""
    assert min(issue_dates(split, Split.VALIDATION)) == first_day(610)
    assert min(issue_dates(split, Split.TEST)) == first_day(615)


def test_each_loan_is_in_one_split(split: list[Row]) -> None:
    """No loan is lost, none is doubled, and none is without a split."""
    assert [row["id"] for row in split] == [str(number) for number in range(60)]
    assert {row["split"] for row in split} == set(Split)


def test_loans_without_a_known_outcome_are_unused(split: list[Row]) -> None:
    """Even one that has already been charged off, since its vintage has not ripened."""
    unknown = [row["id"] for row in split if row["default_12m"] is None]
    assert unknown == [row["id"] for row in split if row["split"] == Split.UNUSED]
    assert len(unknown) == 2 * 11


def test_a_loan_without_a_snapshot_is_unused() -> None:
    """Nobody knows for how long it was observed."""
    [row] = split_rows(table([("Charged Off", 600, 602, None)]))
    assert (row["split"], row["default_12m"], row["months_observed"]) == ("unused", None, None)


def test_the_months_on_book_are_counted_from_the_issue(split: list[Row]) -> None:
    """They end with the snapshot."""
    assert [row["months_observed"] for row in split[::2]] == list(range(30, 0, -1))


def test_only_loans_with_a_known_outcome_have_volume(spark: SparkSession, tmp_path: Path) -> None:
    """Time is cut by what can be learnt from; two of the three months are old enough."""
    loans: list[Loan] = [("Current", issued, None, 614) for issued in (600, 600, 602, 603)]
    path = tmp_path / "part.parquet"
    pq.write_table(pa.Table.from_batches([table(loans)]), path)
    files = PartFiles({"2020-01-01": [str(path)], "2020-04-01": [str(path)]})
    assert observed_volumes(spark, files, Window(12)) == {600: 4, 602: 2}


@pytest.mark.parametrize("volumes", [{}, {600: 9}, {600: 9, 601: 9}, {600: 9, 601: 9, 602: 0}])
def test_a_split_that_would_be_empty_is_an_error(volumes: Mapping[int, int]) -> None:
    """The sentence says what the protocol needs and what there is."""
    held = sum(loans > 0 for loans in volumes.values())
    with pytest.raises(EmptySplitError, match=rf"at least 3 issue months.* hold {held}$"):
        WINDOW12.cut(volumes)


@given(st.dictionaries(st.integers(400, 700), st.integers(1, 10_000), min_size=3))
def test_three_months_are_enough_for_three_splits(volumes: Mapping[int, int]) -> None:
    """However the loans lie in time, each split has some, and they keep their order."""
    cuts = WINDOW12.cut(volumes)
    assert min(volumes) < cuts.validation_from < cuts.test_from <= max(volumes)


def test_time_is_cut_into_the_shares_of_the_protocol() -> None:
    """A hundred even months make 70 of training, 15 of validation and 15 of test."""
    assert WINDOW12.cut(dict.fromkeys(range(100), 50)) == Cuts(validation_from=70, test_from=85)
