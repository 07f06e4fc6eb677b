"""The snapshot of each file is found, and of each loan the newest record."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from risk_platform.orchestration.assets.clean import duplicates_table
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.survey import (
    Met,
    meet,
    replaced_rows,
    snapshot_months,
    superseded_records,
    survey,
)

RawParts = Callable[[Sequence[Mapping[str, str]]], PartFiles]
PART, MARCH, JUNE = "2016-01-01", date(2019, 3, 1), date(2019, 6, 1)


def snapshots_of(raw: PartFiles) -> Mapping[str, date]:
    """Return the snapshots of landed loans."""
    return snapshot_months(meet(PART, raw.paths))


def met(file: str, ids: Sequence[int], first_record: int = 1) -> Met:
    """Return what is found of loans that stand in a file one after the other."""
    records = np.arange(first_record, first_record + len(ids))
    return Met(file, np.array(ids, np.int64), records, Counter())


def older(loans: Sequence[Met], snapshots: Mapping[str, date]) -> dict[str, list[int]]:
    """Return the superseded records, as plain lists."""
    found = superseded_records(replaced_rows(loans, snapshots))
    return {file: records.tolist() for file, records in found.items()}


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
    assert [one.seen for one in meet(PART, raw.paths)] == [Counter([month])]


def test_a_file_without_dates_is_as_of_its_latest_issue(raw_parts: RawParts) -> None:
    """So that nothing of it counts as observed."""
    unseen = {"last_pymnt_d": "", "last_credit_pull_d": ""}
    rows = [unseen | {"issue_d": "Jan-2016"}, unseen | {"issue_d": "Mar-2016"}]
    assert snapshots_of(raw_parts(rows)) == {"a.csv": date(2016, 3, 1)}


@pytest.mark.parametrize("loans", [100, 1_000])
def test_a_mistyped_date_does_not_move_a_snapshot(raw_parts: RawParts, loans: int) -> None:
    """One payment in the year 2091 must not make every young loan look observed for decades.

    One loan of a hundred is more than the share, and still only one.
    """
    rows = [{"id": str(number), "last_pymnt_d": "Mar-2019"} for number in range(1, loans + 1)]
    rows[7] |= {"last_pymnt_d": "Mar-2091"}
    assert snapshots_of(raw_parts(rows)) == {"a.csv": MARCH}


def test_a_snapshot_needs_few_of_many_loans(raw_parts: RawParts) -> None:
    """Most loans of an old file were paid off long before: five of a thousand tell its month."""
    rows = [{"id": str(n), "last_pymnt_d": "Mar-2017"} for n in range(1, 1_001)]
    pulled = {"last_credit_pull_d": "Mar-2017"}
    rows = [
        row | pulled | ({"last_pymnt_d": "Jun-2018"} if i < 5 else {}) for i, row in enumerate(rows)
    ]
    assert snapshots_of(raw_parts(rows)) == {"a.csv": date(2018, 6, 1)}


def test_parts_of_a_file_have_one_snapshot(spark: SparkSession, raw_parts: RawParts) -> None:
    """Old vintages were last seen early, and are as of the same month as young ones."""
    old = raw_parts([{"id": str(n), "last_pymnt_d": "Mar-2017"} for n in (1, 2)])
    young = raw_parts([{"id": str(n), "last_pymnt_d": "Jun-2019"} for n in (3, 4)])
    snapshots, replaced = survey(spark, PartFiles({"old": old.paths, "young": young.paths}))
    assert snapshots == {"a.csv": JUNE}
    assert replaced == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_newest_snapshot_then_the_last_file_and_record_count(order: Sequence[int]) -> None:
    """In whatever order the parts are met."""
    loans = [met("a.csv", [7, 8]), met("b.csv", [7, 9, 7]), met("c.csv", [7, 9])]
    snapshots = {"a.csv": JUNE, "b.csv": MARCH, "c.csv": MARCH}
    found = older([loans[place] for place in order], snapshots)
    assert found == {"b.csv": [1, 2, 3], "c.csv": [1]}


def test_each_duplicate_is_told_with_what_replaces_it() -> None:
    """D14: by file, with the file whose row counts at the end, and the reason."""
    loans = [met("a.csv", [7, 8]), met("b.csv", [7, 9, 7]), met("c.csv", [7, 9, 10, 10])]
    snapshots = {"a.csv": MARCH, "b.csv": MARCH, "c.csv": JUNE}
    table = duplicates_table(replaced_rows(loans, snapshots), snapshots)
    assert [tuple(record.data.values()) for record in table.records] == [
        ("a.csv", "c.csv", 1, "DUPLICATE: a newer snapshot names the loan", "7"),
        ("b.csv", "c.csv", 3, "DUPLICATE: a newer snapshot names the loan", "7, 9"),
        ("c.csv", "c.csv", 1, "DUPLICATE: the file names the loan again", "10"),
    ]


def test_no_loans_have_no_superseded_records() -> None:
    """Nor has a single one."""
    assert older([], {}) == {}
    assert older([met("a.csv", [7])], {"a.csv": MARCH}) == {}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.lists(st.integers(1, 9))), max_size=6))
def test_each_loan_is_left_once(parts: list[tuple[str, list[int]]]) -> None:
    """D14: whatever files and parts hold, the newest record of each id, and none but it, stays."""
    loans, begun = list[Met](), Counter[str]()
    for file, ids in parts:
        loans.append(met(file, ids, begun[file] + 1))
        begun[file] += len(ids)
    snapshots = {"a": JUNE, "b": MARCH, "c": MARCH}
    gone = superseded_records(replaced_rows(loans, {file: snapshots[file] for file in begun}))
    left = [
        (number, snapshots[one.file], one.file, record)
        for one in loans
        for number, record in zip(one.ids.tolist(), one.records.tolist(), strict=True)
        if record not in gone.get(one.file, ())
    ]
    every = [
        (number, (snapshots[one.file], one.file, record))
        for one in loans
        for number, record in zip(one.ids.tolist(), one.records.tolist(), strict=True)
    ]
    newest = {number: max(age for n, age in every if n == number) for number, _ in every}
    assert sorted(left) == sorted((number, *age) for number, age in newest.items())
