"""Outcomes and splits of tables are those that the contract defines, and time is never crossed."""

from collections.abc import Mapping
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.outcome import (
    DEFAULT_STATUSES,
    PAID_STATUSES,
    Books,
    Matured,
    Outcome,
    Resolved,
    Window,
)
from risk_platform.contract.protocols import (
    MATURED36,
    PROTOCOLS,
    STRATIFIED,
    WINDOW12,
    Protocol,
    plan_splits,
)
from risk_platform.contract.splits import PLAYED, Cuts, Draw, Split, Volume, Volumes
from risk_platform.errors.protocols import EmptySplitError, UnworkableProtocolError
from risk_platform.spark.clean import CLEANED_SCHEMA, SNAPSHOT
from risk_platform.spark.outcomes import are_of, outcomes_of
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.split import observed_volumes, split_batch, splits_of

STATUSES = BY_NAME["loan_status"].labels
ISSUED = (-1, 0, 11, 551)
MONTHS_LATER = (0, 1, 7, 8, 9, 11, 12, 13, 36)
# A payment before the issue is an error of entry, and read like any other.
PAID_LATER = (None, -2, *MONTHS_LATER)

TERM = 36

Loan = tuple[str, int, int | None, int | None]
Row = dict[str, Any]


def first_day(months: int | None) -> date | None:
    """Return the first day of a month counted from January 1970."""
    return None if months is None else date(1970 + months // 12, months % 12 + 1, 1)


def table(loans: list[Loan]) -> pa.RecordBatch:
    """Return cleaned loans given as status and months since 1970: issued, last paid, snapshot."""
    rows = [
        {"id": str(number), "loan_status": status, "term": TERM}
        | dict(zip(("issue_d", "last_pymnt_d", SNAPSHOT), map(first_day, months), strict=True))
        for number, (status, *months) in enumerate(loans)
    ]
    return pa.RecordBatch.from_pylist(rows, CLEANED_SCHEMA)


@pytest.mark.parametrize("outcome", [Resolved(), Matured(), Window(12), Window(18)], ids=str)
def test_tables_and_contract_agree_on_every_outcome(outcome: Outcome) -> None:
    """Each status is crossed with payments and snapshots on either side of window and term."""
    loans: list[Loan] = [
        (status, issued, None if paid is None else issued + paid, issued + snapshot)
        for status, issued, paid, snapshot in product(STATUSES, ISSUED, PAID_LATER, MONTHS_LATER)
    ]
    outcomes = pa.array(outcomes_of(table(loans), outcome), from_pandas=True)
    by_contract = [
        outcome.outcome(
            Books(status=status, issued=issued, last_paid=paid, snapshot=snapshot or 0, term=TERM)
        )
        for status, issued, paid, snapshot in loans
    ]
    assert outcomes.to_pylist() == by_contract
    assert set(by_contract) == {0, 1, None}


@given(
    status=st.sampled_from(STATUSES),
    issued=st.integers(450, 600),
    paid=st.none() | st.integers(0, 80),
    observed=st.integers(0, 80),
)
@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
def test_no_outcome_is_told_before_it_had_time_to_happen(
    protocol: Protocol, status: str, issued: int, paid: int | None, observed: int
) -> None:
    """What is known is known by the snapshot: of a window its last month, of a term its end."""
    snapshot = issued + observed
    last_paid = None if paid is None else min(issued + paid, snapshot)
    [told] = outcomes_of(table([(status, issued, last_paid, snapshot)]), protocol.outcome)
    if np.isnan(told):
        return
    match protocol.outcome:
        case Window(months):
            assert issued + months <= snapshot
        case Matured():
            assert issued + TERM <= snapshot
        case Resolved():
            assert status in DEFAULT_STATUSES + PAID_STATUSES


@given(st.dictionaries(st.integers(450, 600), st.integers(2, 1_000), min_size=3))
@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
def test_no_protocol_divides_time_out_of_order(protocol: Protocol, loans: dict[int, int]) -> None:
    """Training ends before validation begins, and that before test, whatever the loans."""
    volumes = {month: volume(number) for month, number in loans.items()}
    try:
        division = protocol.plan(volumes).division
    except EmptySplitError:
        return
    if isinstance(division, Draw):
        assert "looks ahead" in protocol.warning
        return
    spans = [[month for month in volumes if division.split_of(month) is split] for split in PLAYED]
    assert max(spans[0]) < min(spans[1])
    assert max(spans[1]) < min(spans[2])


def volume(loans: int) -> Volume:
    """Return loans of which two defaulted."""
    return Volume(loans=loans, known=loans, defaults=2, months_observed=12)


def split_rows(loans: pa.RecordBatch) -> list[Row]:
    """Return loans with their splits, cut at months 510 and 515."""
    return split_batch(WINDOW12, Cuts(510, 515), loans).to_pylist()


@pytest.fixture(scope="module")
def split() -> list[Row]:
    """Return two loans a month for 30 months, of which the last 11 are too young to be known."""
    loans: list[Loan] = [
        (status, issued, issued + 2, 530)
        for issued in range(500, 530)
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
    assert min(issue_dates(split, Split.VALIDATION)) == first_day(510)
    assert min(issue_dates(split, Split.TEST)) == first_day(515)


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


def test_loans_of_every_month_are_counted(spark: SparkSession, tmp_path: Path) -> None:
    """Of two files each month has all its loans, those whose outcome is known, and defaults."""
    loans: list[Loan] = [("Current", issued, None, 614) for issued in (600, 600, 602, 603)]
    loans[0] = ("Charged Off", 600, 603, 614)
    path = tmp_path / "part.parquet"
    pq.write_table(pa.Table.from_batches([table(loans)]), path)
    files = PartFiles({"2020-01-01": [str(path)], "2020-04-01": [str(path)]})
    counted = observed_volumes(spark, files)
    assert counted["window12"] == {
        600: Volume(loans=4, known=4, defaults=2, months_observed=14),
        602: Volume(loans=2, known=2, defaults=0, months_observed=12),
        603: Volume(loans=2),
    }
    assert counted["seed"][600] == Volume(loans=4, known=2, defaults=2, months_observed=14)
    assert counted["matured36"][600] == Volume(loans=4)
    assert counted.keys() == PROTOCOLS.keys()


def test_a_population_leaves_other_loans_out() -> None:
    """Of joint loans and those of 60 months `matured36` knows nothing; files without a type do."""
    loans = table([("Fully Paid", 500, 510, 600)] * 3)
    terms = pa.array([36, 60, 36], CLEANED_SCHEMA.field("term").type)
    types = pa.array(["Joint App", "Individual", None])
    for name, values in (("term", terms), ("application_type", types)):
        loans = loans.set_column(loans.schema.get_field_index(name), name, values)
    assert are_of(loans, MATURED36.population).tolist() == [False, False, True]
    rows = split_batch(MATURED36, Cuts(400, 450), loans).to_pylist()
    assert [row["split"] for row in rows] == ["unused", "unused", "test"]


def test_loans_outside_the_dates_are_unused() -> None:
    """A protocol of certain years neither learns from others nor judges by them."""
    cuts = Cuts(510, 515, train_from=505, until=520)
    loans = table([("Fully Paid", issued, None, 700) for issued in (504, 505, 519, 520)])
    rows = split_batch(WINDOW12, cuts, loans).to_pylist()
    assert [row["split"] for row in rows] == ["unused", "train", "test", "unused"]


def test_how_a_loan_ended_stays_a_column(split: list[Row]) -> None:
    """Beside the protocol's own outcome."""
    assert {row["default_flag"] for row in split} == {0, 1}
    assert [row["default_flag"] for row in split[:2]] == [1, 0]


def test_a_draw_hangs_on_number_and_seed_alone() -> None:
    """Shares are those of the protocol, and another seed draws others."""
    loans = table([("Fully Paid", 600, None, 700)] * 20_000)
    shares: list[dict[str, float]] = []
    drawn: list[list[str]] = []
    for seed in (7, 8):
        draw = Draw(validation=0.12, test=0.20, seed=seed)
        splits = splits_of(loans, STRATIFIED, draw).tolist()
        drawn.append(splits)
        shares.append({name: splits.count(name) / len(splits) for name in set(splits)})
    expected = {"train": 0.68, "validation": 0.12, "test": 0.20}
    assert shares == [pytest.approx(expected, abs=0.01)] * 2
    assert drawn[0] != drawn[1]
    assert drawn[0] == splits_of(loans, STRATIFIED, Draw(validation=0.12, test=0.20)).tolist()


def known(loans: int) -> Volume:
    """Return loans whose outcome is known, none of them a default."""
    return Volume(loans=loans, known=loans)


@pytest.mark.parametrize("loans", [{}, {600: 9}, {600: 9, 601: 9}, {600: 9, 601: 9, 602: 0}])
def test_a_split_that_would_be_empty_is_an_error(loans: Mapping[int, int]) -> None:
    """The sentence says what there is."""
    held = sum(number > 0 for number in loans.values())
    volumes = {month: volume(number) if number else Volume() for month, number in loans.items()}
    with pytest.raises(EmptySplitError, match=f"of {held} issue months only$"):
        WINDOW12.plan(volumes)


def test_an_error_names_protocols_that_would_work() -> None:
    """Loans of 2016 are too young to mature, and old enough for a window of 12 months."""
    volumes: dict[str, Volumes] = {name: {} for name in PROTOCOLS}
    volumes["window12"] = {month: volume(9) for month in range(552, 560)}
    with pytest.raises(UnworkableProtocolError) as refused:
        plan_splits(MATURED36, volumes)
    said = str(refused.value)
    assert said.startswith("protocol matured36 cannot be followed: these data hold no loan with a")
    assert said.endswith("with these loans window12 would work")


def test_a_split_of_one_outcome_is_an_error() -> None:
    """Nothing can be learnt from months without a default; the sentence counts their loans."""
    volumes = {month: known(9) for month in range(600, 610)}
    with pytest.raises(
        EmptySplitError, match="63 loans for the train split, of which 0 defaulted; at least 2 must"
    ):
        WINDOW12.plan(volumes)


@given(st.dictionaries(st.integers(450, 600), st.integers(1, 10_000), min_size=3))
def test_three_months_are_enough_for_three_splits(loans: Mapping[int, int]) -> None:
    """However the loans lie in time, each split has some, and they keep their order."""
    cuts = WINDOW12.division.divide({month: known(number) for month, number in loans.items()})
    assert isinstance(cuts, Cuts)
    assert min(loans) < cuts.validation_from < cuts.test_from <= max(loans)


def test_time_is_cut_into_the_shares_of_the_protocol() -> None:
    """A hundred even months make 70 of training, 15 of validation and 15 of test."""
    even = {month: known(50) for month in range(500, 600)}
    assert WINDOW12.division.divide(even) == Cuts(validation_from=570, test_from=585)
