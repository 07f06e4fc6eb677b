"""Money is counted as it is defined, by hand on a few loans; what cannot be told is said."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from risk_platform.contract.splits import Split
from risk_platform.evaluation.losses import (
    FEWEST_DEFAULTS,
    LossRates,
    expected_losses,
    loss_rates,
    loss_report,
)
from risk_platform.evaluation.predictions import Predictions, predictions_of
from risk_platform.evaluation.profit import VOLUMES, Approval, profit_report
from risk_platform_tests.predicted import MODEL, predicted


def split_of(table: pa.Table, split: Split = Split.TEST) -> Predictions:
    """Return one split of a table of predictions."""
    return predictions_of(table, split, (MODEL,))


def with_column(table: pa.Table, name: str, values: object) -> pa.Table:
    """Return the table with other values in a column."""
    place = table.column_names.index(name)
    return table.set_column(place, name, pa.array(values))


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """Return predictions by the truth."""
    return predicted(6_000)


def test_profit_is_what_was_received_less_what_was_lent_and_the_fee(table: pa.Table) -> None:
    """By hand: a payer brings a tenth; a defaulter repays 0.3 + 0.1 + 0.1 - 0.02 of what it got."""
    loans = split_of(table)
    share = loans.money.profit / loans.money.funded
    assert share[loans.outcomes == 0] == pytest.approx(0.1, abs=1e-4)
    assert share[loans.outcomes == 1] == pytest.approx(-0.52, abs=1e-4)


def test_a_default_costs_what_the_books_say(table: pa.Table) -> None:
    """By hand: 0.7 of the loan is exposed, and 0.08 of the loan comes back of it."""
    rates = loss_rates(split_of(table, Split.VALIDATION))["all"]
    assert rates.ead_share == pytest.approx(0.7, abs=1e-4)
    assert rates.lgd == pytest.approx(1 - 0.08 / 0.7, abs=1e-4)


def test_a_grade_with_few_defaults_takes_the_rates_of_all() -> None:
    """Its own would be chance."""
    rates = {
        "all": LossRates(defaults=90, ead_share=0.5, lgd=0.8),
        "A": LossRates(defaults=40, ead_share=0.4, lgd=0.5),
    }
    amount, grades = np.array([100.0, 100.0]), np.array(["A", "G"], dtype=object)
    found = expected_losses(np.array([0.1, 0.1]), amount, grades, rates)
    assert found == pytest.approx([0.1 * 100 * 0.4 * 0.5, 0.1 * 100 * 0.5 * 0.8])


def test_the_expected_loss_of_a_true_pd_comes_to_pass(table: pa.Table) -> None:
    """Over realised it is about 1, of all and within its interval."""
    report = loss_report(split_of(table, Split.VALIDATION), split_of(table), MODEL)
    assert report.ratio is not None
    assert report.ratio.low < 1 < report.ratio.high
    assert sum(row.loans for row in report.rows[1:]) == report.rows[0].loans == 3_000
    realised = sum(row.realised for row in report.rows[1:])
    assert realised == pytest.approx(report.rows[0].realised)


def test_a_pd_that_is_half_the_truth_is_found_out(table: pa.Table) -> None:
    """The ratio says by how much the loss was underrated."""
    halved = with_column(table, MODEL, table[MODEL].to_numpy() / 2)
    report = loss_report(split_of(table, Split.VALIDATION), split_of(halved), MODEL)
    assert report.ratio is not None
    assert report.ratio.value == pytest.approx(0.5, abs=0.06)


def test_without_defaults_to_learn_from_no_loss_is_told() -> None:
    """The sentence says what is missing."""
    few = predicted(120)
    report = loss_report(split_of(few, Split.VALIDATION), split_of(few), MODEL)
    assert (report.ratio, report.rows) == (None, ())
    assert f"fewer than {FEWEST_DEFAULTS} defaults" in report.why_not


def test_loans_whose_payments_are_unknown_are_left_out_and_counted(table: pa.Table) -> None:
    """They lend nothing to either side of the ratio."""
    unknown = np.where(np.arange(6_000) % 10 == 0, np.nan, table["total_rec_prncp"].to_numpy())
    holes = with_column(table, "total_rec_prncp", unknown)
    report = loss_report(split_of(holes, Split.VALIDATION), split_of(holes), MODEL)
    assert report.untold == 300
    assert report.rows[0].loans == 2_700


def test_the_safest_are_approved_first_and_ties_in_part() -> None:
    """By hand: of two loans that tie at the edge, half of what both brought."""
    approval = Approval(np.array([0.3, 0.1, 0.2, 0.2]))
    profit = np.array([-50.0, 10.0, 20.0, -4.0])
    brought = approval.profit(profit, (1, 2, 3, 4))
    assert brought.tolist() == [10.0, 18.0, 26.0, -24.0]
    assert [approval.cut_off(loans) for loans in (1, 2, 4)] == [0.1, 0.2, 0.3]


def test_both_approve_as_many_loans(table: pa.Table) -> None:
    """At each volume, and all of them bring the same."""
    report = profit_report(split_of(table), MODEL)
    assert [at.loans for at in report.at] == [round(share * 3_000) for share in VOLUMES]
    assert report.curve[-1][1:] == pytest.approx((report.profit, report.profit))


def test_the_better_ranking_brings_more(table: pa.Table) -> None:
    """The truth against a grade that says nothing, beyond chance."""
    ranks = np.random.default_rng(1).permutation(table["sub_grade_rank"].to_numpy())
    blind = with_column(table, "sub_grade_rank", ranks)
    for at in profit_report(split_of(blind), MODEL).at[:3]:
        assert at.gain.low > 0
        assert at.gain.value == pytest.approx(at.profit.value - at.incumbent.value)


def test_the_grade_gains_nothing_on_itself(table: pa.Table) -> None:
    """A model that says what the grade says is worth as much, in every sample."""
    ranks = table["sub_grade_rank"].to_numpy() / 40
    (at, *_) = profit_report(split_of(with_column(table, MODEL, ranks)), MODEL).at
    assert (at.gain.low, at.gain.value, at.gain.high) == (0.0, 0.0, 0.0)


def test_loans_whose_term_goes_on_have_no_profit_yet() -> None:
    """Where too few are left, the sentence counts them and nothing is told."""
    young = predicted(1_200, complete=0.1)
    report = profit_report(split_of(young), MODEL)
    count = int(pc.sum(young.slice(600)["is_complete"]).as_py())
    assert (report.at, report.curve) == ((), ())
    assert f"of 600 loans of test {count} have complete money" in report.why_not
