"""How a model did on what it decided; and what is expected of it until that is known."""

from dataclasses import replace

import numpy as np
import pytest

from risk_platform.evaluation.drift.performance import (
    Basis,
    Followed,
    estimated,
    maturity,
    realised,
)
from risk_platform.evaluation.metrics import auc

HORIZON = 12


def followed(many: int, seed: int = 1, scale: float = 1.0, months: int = HORIZON) -> Followed:
    """Return loans that default with their PD, times a scale, at an even rate over a year.

    All are told of for the same months.
    """
    rng = np.random.default_rng(seed)
    pds = rng.beta(1.5, 8, many)
    defaults = rng.random(many) < np.minimum(pds * scale, 1)
    month = rng.integers(1, HORIZON + 1, many).astype(np.float64)
    month = np.where(defaults & (month <= months), month, np.nan)
    return Followed(pds=pds, observed=np.full(many, float(months)), defaulted=month)


def among(loans: Followed, observed: float, every: int) -> Followed:
    """Return them, each so-manieth that has not defaulted seen for other months."""
    is_odd = (np.arange(len(loans.pds)) % every == 0) & np.isnan(loans.defaulted)
    return replace(loans, observed=np.where(is_odd, observed, loans.observed))


def test_loans_of_a_day_are_judged_by_the_month_that_nearly_all_reached() -> None:
    """Those that did not are left out, and it is told how many."""
    loans = among(followed(50_000, months=9), 2, every=20)
    late = int((loans.observed == 2).sum())
    assert maturity(loans, HORIZON) == 9
    found = realised(loans, 9, HORIZON)
    assert found is not None
    assert (found.loans, found.left_out) == (50_000 - late, late)
    whole = realised(followed(50_000, months=9), 9, HORIZON)
    assert whole is not None
    assert found.default_rate == pytest.approx(whole.default_rate, rel=0.06)


def test_where_many_are_late_all_are_judged_earlier() -> None:
    """Of the late ones only those that defaulted early would be known by the later month."""
    assert maturity(among(followed(1_000, months=9), 2, every=5), HORIZON) == 2


def test_loans_that_are_not_seen_yet_hold_nobody_up() -> None:
    """Half of what was decided was never paid out; the unsafe minimum would say: by month 0."""
    loans = among(followed(1_000), 0, every=2)
    assert loans.observed.min() == 0
    assert maturity(loans, HORIZON) == HORIZON


def test_a_loan_that_is_told_of_until_its_default_holds_nobody_up() -> None:
    """What became of it is known, and it counts as what it is."""
    loans = followed(1_000)
    told = replace(loans, observed=np.fmin(loans.observed, loans.defaulted))
    assert told.observed.min() == 1
    assert maturity(told, HORIZON) == HORIZON
    assert realised(told, HORIZON, HORIZON) == realised(loans, HORIZON, HORIZON)


def test_no_month_is_none_that_pds_do_not_speak_of() -> None:
    """Nor is there one of loans that nobody has seen for any."""
    assert maturity(followed(100), 6) == 6
    assert maturity(among(followed(100), 0, every=1), HORIZON) == HORIZON
    nothing = Followed(pds=np.array([0.1]), observed=np.array([0.0]), defaulted=np.array([np.nan]))
    assert maturity(nothing, HORIZON) == 0


def test_the_same_maturity_is_compared() -> None:
    """Within a quarter a quarter defaults, of any two groups; errors are told of a year."""
    old = realised(followed(50_000, 1), 3, HORIZON)
    young = realised(followed(50_000, 2, months=3), 3, HORIZON)
    assert old is not None
    assert young is not None
    assert young.default_rate == pytest.approx(old.default_rate, abs=0.01)
    assert old.default_rate == pytest.approx(old.mean_pd / 4, abs=0.01)
    assert (old.brier, old.basis) == (None, Basis.OUTCOMES)


def test_a_default_after_those_months_is_none_by_then() -> None:
    """Two loans of a year: one defaulted in month 2, the other in month 5."""
    loans = Followed(
        pds=np.array([0.3, 0.2]), observed=np.array([12.0, 12.0]), defaulted=np.array([2.0, 5.0])
    )
    found = realised(loans, 3, HORIZON)
    assert found is not None
    assert (found.default_rate, found.auc) == (0.5, 1.0)


def test_no_loans_no_figures() -> None:
    """Nor an area where all paid."""
    none = Followed(pds=np.array([0.1]), observed=np.array([2.0]), defaulted=np.array([np.nan]))
    assert realised(none, 3, HORIZON) is None
    assert estimated(np.empty(0), HORIZON) is None
    paid = realised(none, 1, HORIZON)
    assert paid is not None
    assert paid.auc is None


def test_of_calibrated_pds_the_estimate_comes_true() -> None:
    """Area, error and rate, within what chance makes of fifty thousand loans."""
    pds = np.round(followed(50_000).pds, 2).clip(0.01, 0.99)
    outcomes = (np.random.default_rng(3).random(len(pds)) < pds).astype(np.int8)
    found = estimated(pds, HORIZON)
    assert found is not None
    assert found.basis is Basis.ESTIMATE
    assert found.auc == pytest.approx(auc(outcomes, pds), abs=0.01)
    assert found.brier == pytest.approx(float(np.mean((pds - outcomes) ** 2)), abs=0.005)
    assert found.default_rate == pytest.approx(float(outcomes.mean()), abs=0.005)


def test_the_expected_area_is_that_of_all_pairs() -> None:
    """By hand, over every pair of loans, ties counting half."""
    pds = np.array([0.1, 0.4, 0.4, 0.7, 0.2])
    bad, good = pds[:, None], 1 - pds[None, :]
    pairs = np.where(np.eye(5, dtype=np.bool_), 0.0, bad * good)
    right = (pds[:, None] > pds[None, :]) + 0.5 * (pds[:, None] == pds[None, :])
    found = estimated(pds, HORIZON)
    assert found is not None
    assert found.auc == pytest.approx(float((pairs * right).sum() / pairs.sum()))


def test_the_estimate_does_not_see_that_pds_are_wrong() -> None:
    """It assumes that they are right, and says so: of riskier loans it expects too little."""
    loans = followed(50_000, scale=2.0)
    found, truth = estimated(loans.pds, HORIZON), realised(loans, HORIZON, HORIZON)
    assert found is not None
    assert truth is not None
    assert truth.default_rate > 1.8 * found.default_rate
    assert "assuming" in found.basis.value


def test_one_loan_has_no_expected_area() -> None:
    """It makes no pair."""
    found = estimated(np.array([0.3]), HORIZON)
    assert found is not None
    assert found.auc is None
