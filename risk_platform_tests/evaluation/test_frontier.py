"""The frontier: what each cut-off would have brought, by hand and beside the sub-grade."""

from dataclasses import replace

import numpy as np
import pytest

from risk_platform.contract.splits import Split
from risk_platform.evaluation.frontier import CutOff, PolicyFrontier, frontier_of
from risk_platform.evaluation.losses import loss_rates
from risk_platform.evaluation.predictions import Predictions, splits_of
from risk_platform.scoring.points import points
from risk_platform.scoring.policy import Policy
from risk_platform_tests.predicted import MODEL, predicted

POLICY = Policy(approve_from=470, decline_below=460)
SPLITS = splits_of(predicted(4_000), (MODEL,))
TEST = SPLITS[Split.TEST]
RATES = loss_rates(SPLITS[Split.VALIDATION])


def frontier(test: Predictions = TEST) -> PolicyFrontier:
    """Return the frontier of some loans."""
    return frontier_of("window12", test, MODEL, RATES, POLICY)


@pytest.fixture(scope="module")
def told() -> PolicyFrontier:
    """Return the frontier of the test loans."""
    return frontier()


@pytest.fixture(scope="module")
def in_force(told: PolicyFrontier) -> CutOff:
    """Return the cut-off that is in force."""
    (found,) = [one for one in told.cut_offs if one.points == POLICY.approve_from]
    return found


def test_a_cut_off_approves_who_has_as_many_points(in_force: CutOff) -> None:
    """Counted by hand, with what they defaulted and lost."""
    scores = np.array([points(pd) for pd in TEST.pds[MODEL]])
    approved = scores >= POLICY.approve_from
    lost = approved & (TEST.outcomes == 1)
    assert in_force.loans == approved.sum()
    assert in_force.share == pytest.approx(approved.mean())
    assert in_force.default_rate.value == pytest.approx(TEST.outcomes[approved].mean())
    assert in_force.loss.value == pytest.approx(TEST.money.loss[lost].sum())
    assert in_force.profit is not None
    assert in_force.profit.value == pytest.approx(TEST.money.profit[approved].sum())


def test_volumes_rise_and_the_last_one_is_all(told: PolicyFrontier) -> None:
    """About every four in a hundred, and the policy in force."""
    shares = [one.share for one in told.cut_offs]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 15


def test_figures_lie_within_their_intervals(told: PolicyFrontier) -> None:
    """Resampled loans tell the same, more or less."""
    for one in told.cut_offs:
        for of in (one.default_rate, one.loss, one.incumbent_loss, one.profit):
            assert of is not None
            assert of.low <= of.value <= of.high


def test_a_true_pd_loses_less_than_a_blurred_grade(in_force: CutOff) -> None:
    """At equal volume; and the swap is where the difference comes from."""
    assert in_force.loss.value < in_force.incumbent_loss.value
    saved = in_force.swapped_out.loss - in_force.swapped_in.loss
    assert saved == pytest.approx(in_force.incumbent_loss.value - in_force.loss.value)
    assert in_force.swapped_in.loans == pytest.approx(in_force.swapped_out.loans)


def test_where_all_are_approved_nothing_is_swapped(told: PolicyFrontier) -> None:
    """Both ways are the same then."""
    everybody = told.cut_offs[-1]
    assert everybody.swapped_in.loans == pytest.approx(0)
    assert everybody.loss == everybody.incumbent_loss


def test_losses_that_the_books_do_not_tell_are_left_out() -> None:
    """And counted as left out."""
    money = replace(TEST.money, recoveries=TEST.money.recoveries.copy())
    money.recoveries[:100] = np.nan
    told = frontier(replace(TEST, money=money))
    assert (told.loans, told.out_of) == (len(TEST.outcomes) - 100, len(TEST.outcomes))


def test_without_complete_money_no_profit_is_told() -> None:
    """It says why; loss is told all the same."""
    money = replace(TEST.money, is_complete=np.zeros(len(TEST.outcomes), bool))
    told = frontier(replace(TEST, money=money))
    assert "have complete money" in told.why_no_profit
    assert all(one.profit is None for one in told.cut_offs)
    assert told.cut_offs[-1].loss.value > 0


def test_without_what_defaults_cost_no_expected_loss_is_told() -> None:
    """Validation had too few of them."""
    told = frontier_of("window12", TEST, MODEL, {}, POLICY)
    assert all(one.expected_loss is None for one in told.cut_offs)
