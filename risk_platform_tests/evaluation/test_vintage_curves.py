"""Vintage curves: shares by month on book, which end where the youngest loan does."""

import numpy as np
import pytest

from risk_platform.evaluation.vintage_curves import curve_of

NONE = float("nan")


def ages(observed: list[float], defaulted: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Return a batch of loans."""
    return np.array(observed), np.array(defaulted)


def test_a_curve_counts_who_had_defaulted_by_each_month() -> None:
    """By hand: of four loans one defaults in month 5, and one in month 8."""
    batches = [ages([12, 12], [5, NONE]), ages([12, 14], [8, NONE])]
    curve = curve_of("2018-Q1", batches, 12)
    assert curve is not None
    assert len(curve.defaulted) == 12
    assert curve.defaulted[3:8] == pytest.approx([0, 0.25, 0.25, 0.25, 0.5])
    assert (curve.loans, curve.defaults, curve.is_mature) == (4, 2, True)


def test_a_curve_ends_where_its_youngest_loan_does() -> None:
    """What is known of older loans alone is not drawn."""
    curve = curve_of("2019-Q3", [ages([6, 30], [NONE, 20])], 12)
    assert curve is not None
    assert (curve.months_observed, len(curve.defaulted), curve.is_mature) == (6, 6, False)
    assert curve.defaults == 1


def test_what_is_of_unknown_age_is_left_out() -> None:
    """Nobody knows where on the curve it would stand."""
    curve = curve_of("2018-Q1", [ages([NONE, 12], [3, NONE])], 12)
    assert curve is not None
    assert (curve.loans, curve.defaults) == (1, 0)


@pytest.mark.parametrize("batches", [[], [ages([NONE], [NONE])], [ages([], [])]])
def test_a_vintage_without_loans_has_no_curve(batches: list) -> None:
    """It is not drawn at zero."""
    assert curve_of("2018-Q1", batches, 12) is None


def test_the_longest_curve_has_sixty_months() -> None:
    """The longest term; what defaults later is counted, and not drawn."""
    curve = curve_of("2010-Q1", [ages([100], [70])], 12)
    assert curve is not None
    assert (len(curve.defaulted), curve.defaulted[-1], curve.defaults) == (60, 0.0, 1)
