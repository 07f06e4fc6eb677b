"""Figures are those of the textbooks: worked by hand on small cases, bounded on any."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.exceptions import UndefinedMetricWarning

from risk_platform.evaluation.metrics import (
    BOOTSTRAP_SAMPLES,
    CALIBRATION_BINS,
    Outcomes,
    Scores,
    auc,
    bootstrap,
    expected_calibration_error,
    ks,
    performance,
    ranking,
    reliability,
    top_decile_capture,
)

Loans = tuple[Outcomes, Scores]


def loans(outcomes: list[int], scores: list[float]) -> Loans:
    """Return outcomes and scores as arrays."""
    return np.array(outcomes, np.int8), np.array(scores, np.float64)


def drawn(count: int, seed: int = 7) -> Loans:
    """Draw loans that default with just the probability that they are scored with."""
    rng = np.random.default_rng(seed)
    pd = rng.beta(2, 10, count)
    return (rng.random(count) < pd).astype(np.int8), pd


@st.composite
def judged(draw: st.DrawFn) -> Loans:
    """Draw loans of both classes with scores among which there are many ties."""
    count = draw(st.integers(2, 60))
    outcomes = draw(st.lists(st.integers(0, 1), min_size=count, max_size=count))
    scores = draw(st.lists(st.integers(1, 9), min_size=count, max_size=count))
    return loans([0, 1, *outcomes[2:]], [score / 10 for score in scores])


def pairs_won(outcomes: Outcomes, scores: Scores) -> float:
    """Count the pairs of defaulter and payer that are ranked rightly, a tie as one half."""
    gaps = scores[outcomes == 1][:, None] - scores[outcomes == 0][None, :]
    return float(np.mean((gaps > 0) + 0.5 * (gaps == 0)))


@given(judged())
def test_auc_is_the_share_of_pairs_that_are_ranked_rightly(of: Loans) -> None:
    """A tie between a defaulter and a payer counts as half."""
    assert auc(*of) == pytest.approx(pairs_won(*of), abs=1e-12)


@given(judged())
def test_a_score_turned_round_has_the_rest_of_the_area(of: Loans) -> None:
    """Ranking the wrong way loses exactly the pairs that were won."""
    outcomes, scores = of
    assert auc(outcomes, -scores) == pytest.approx(1 - auc(outcomes, scores), abs=1e-12)


@given(judged())
def test_ranking_does_not_change_with_the_scale_of_a_score(of: Loans) -> None:
    """Points rank as the probabilities do that they were made of."""
    outcomes, scores = of
    points = np.log(scores / (1 - scores)) * 40 + 600
    assert ranking(outcomes, points) == ranking(outcomes, scores)


@given(judged())
def test_ks_is_the_widest_gap_between_the_two_distributions(of: Loans) -> None:
    """The shares of defaulters and of payers above a score are compared at every score."""
    outcomes, scores = of
    bad, good = scores[outcomes == 1], scores[outcomes == 0]
    gaps = [np.mean(bad >= cut) - np.mean(good >= cut) for cut in scores]
    assert ks(outcomes, scores) == pytest.approx(max(0.0, *gaps), abs=1e-12)


def test_a_perfect_ranking_has_every_figure_at_its_best() -> None:
    """All defaulters stand above all payers."""
    outcomes, scores = loans([0] * 9 + [1], [i / 20 for i in range(10)])
    assert ranking(outcomes, scores) == {
        "auc": 1.0,
        "gini": 1.0,
        "ks": 1.0,
        "pr_auc": 1.0,
        "top_decile_capture": 1.0,
    }


def test_a_score_that_says_nothing_has_no_area_above_one_half() -> None:
    """Gini and KS are 0, and precision is the default rate throughout."""
    figures = ranking(*loans([0, 1, 0, 0], [0.3] * 4))
    assert (figures["auc"], figures["gini"], figures["ks"]) == (0.5, 0.0, 0.0)
    assert figures["pr_auc"] == 0.25


def test_precision_is_averaged_over_the_defaulters() -> None:
    """By hand: the first of two defaulters is met at precision 1, the second at 2/3."""
    figures = ranking(*loans([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]))
    assert figures["pr_auc"] == pytest.approx((1 + 2 / 3) / 2)


def test_probabilities_are_judged_by_square_and_by_logarithm() -> None:
    """By hand, on two loans with PD 0.2 and 0.6 of which the second defaults."""
    figures = performance(*loans([0, 1], [0.2, 0.6]))
    assert figures["brier"] == pytest.approx((0.2**2 + 0.4**2) / 2)
    assert figures["log_loss"] == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)
    assert (figures["mean_pd"], figures["default_rate"]) == (pytest.approx(0.4), 0.5)
    assert figures["loans"] == 2


def test_the_top_decile_captures_its_share_of_all_defaults() -> None:
    """By hand: two of the four defaults stand among the riskiest two of twenty loans."""
    outcomes, scores = loans([1, 1, *[0] * 16, 1, 1], [i / 40 for i in range(20)])
    assert top_decile_capture(outcomes, scores) == 0.5


def test_fewer_than_ten_loans_have_a_top_decile_of_one() -> None:
    """The riskiest loan alone is looked at."""
    assert top_decile_capture(*loans([0, 1, 1], [0.1, 0.2, 0.3])) == 0.5


def test_reliability_goes_by_decile_from_the_lowest_pd() -> None:
    """Twenty loans make ten bins of two, whatever their order."""
    outcomes, pd = loans([0, 1] * 10, [i / 100 for i in reversed(range(20))])
    bins = reliability(outcomes, pd)
    assert [b.loans for b in bins] == [2] * CALIBRATION_BINS
    assert [b.mean_pd for b in bins] == pytest.approx([(4 * i + 1) / 200 for i in range(10)])
    assert {b.default_rate for b in bins} == {0.5}


def test_bins_without_loans_are_left_out() -> None:
    """Three loans fill three bins."""
    assert [b.loans for b in reliability(*loans([0, 1, 0], [0.1, 0.2, 0.3]))] == [1, 1, 1]


@given(judged())
def test_the_bins_hold_every_loan_once(of: Loans) -> None:
    """Weighted by size, their rates are the rate of all."""
    outcomes, pd = of
    bins = reliability(outcomes, pd)
    assert sum(b.loans for b in bins) == len(pd)
    assert sum(b.loans * b.default_rate for b in bins) == pytest.approx(outcomes.sum())
    assert sum(b.loans * b.mean_pd for b in bins) == pytest.approx(pd.sum())


def test_calibration_error_is_the_gap_of_pd_and_default_rate() -> None:
    """By hand: every bin says 0.3 of loans of which one half defaults."""
    assert expected_calibration_error(*loans([0, 1] * 10, [0.3] * 20)) == pytest.approx(0.2)


def test_calibration_error_weighs_bins_by_their_loans() -> None:
    """By hand: eleven loans; the first bin holds two payers at 0.1, the others defaulters at 1."""
    outcomes, pd = loans([0, 0, *[1] * 9], [0.1, 0.1, *[1.0] * 9])
    assert expected_calibration_error(outcomes, pd) == pytest.approx(0.1 * 2 / 11)


def test_loans_that_default_as_often_as_they_are_said_to_are_calibrated() -> None:
    """Drawn from their own PD, they leave only the noise of drawing."""
    assert expected_calibration_error(*drawn(50_000)) < 0.01


@given(judged())
def test_every_figure_lies_where_it_can(of: Loans) -> None:
    """Shares are shares, and the Gini coefficient is twice the area less one."""
    figures = performance(*of)
    shares = {n: v for n, v in figures.items() if n not in {"gini", "log_loss", "loans"}}
    assert all(0 <= value <= 1 for value in shares.values())
    assert figures["gini"] == 2 * figures["auc"] - 1


def test_an_interval_holds_its_value() -> None:
    """The figure itself is that of the loans at hand, not of a sample."""
    outcomes, pd = drawn(2_000)
    interval = bootstrap(auc, outcomes, pd)
    assert interval.value == auc(outcomes, pd)
    assert interval.low < interval.value < interval.high


def test_an_interval_narrows_with_the_number_of_loans() -> None:
    """Sixteen times the loans leave about a quarter of the doubt."""
    few, many = (bootstrap(auc, *drawn(count)) for count in (500, 8_000))
    assert (many.high - many.low) / (few.high - few.low) == pytest.approx(0.25, abs=0.1)


def test_an_interval_is_as_wide_as_theory_has_it() -> None:
    """Hanley and McNeil's standard error of an AUC (1982), times 1.96 either way."""
    outcomes, pd = drawn(4_000)
    area, bad = auc(outcomes, pd), outcomes.sum()
    good = len(outcomes) - bad
    both_bad, both_good = area / (2 - area), 2 * area**2 / (1 + area)
    spread = (bad - 1) * (both_bad - area**2) + (good - 1) * (both_good - area**2)
    error = np.sqrt((area * (1 - area) + spread) / (bad * good))
    interval = bootstrap(auc, outcomes, pd)
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * error, rel=0.25)


def test_the_same_seed_gives_the_same_interval() -> None:
    """A report can be made again; another seed samples otherwise."""
    of = drawn(300)
    assert bootstrap(auc, *of, seed=1) == bootstrap(auc, *of, seed=1)
    assert bootstrap(auc, *of, seed=1) != bootstrap(auc, *of, seed=2)


def test_samples_keep_the_shares_of_the_classes() -> None:
    """With one defaulter among fifty, no sample lacks one."""
    rates: list[float] = []

    def rate(outcomes: Outcomes, _: Scores) -> float:
        rates.append(float(np.mean(outcomes)))
        return rates[-1]

    bootstrap(rate, *loans([1] + [0] * 49, [i / 50 for i in range(50)]))
    assert rates == [0.02] * (BOOTSTRAP_SAMPLES + 1)


def test_without_both_classes_there_is_no_area() -> None:
    """Where nobody defaulted, a ranking cannot be judged, and this is said."""
    with pytest.warns(UndefinedMetricWarning):
        assert np.isnan(auc(*loans([0, 0], [0.1, 0.2])))


def test_without_loans_there_are_no_figures() -> None:
    """An empty split is refused."""
    with pytest.raises(ValueError, match="0 sample"):
        performance(*loans([], []))
