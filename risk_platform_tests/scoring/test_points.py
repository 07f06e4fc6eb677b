"""Points: the scale that lenders read."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_platform.scoring.calibration import (
    HIGHEST_PD,
    LOWEST_PD,
    UNCALIBRATED,
    Calibration,
    Isotonic,
    Platt,
)
from risk_platform.scoring.points import Band, band, points

PD = st.floats(min_value=1e-9, max_value=1 - 1e-9)


def test_600_points_are_odds_of_50_to_1() -> None:
    """One defaulter among 51 loans."""
    assert points(1 / 51) == 600


@pytest.mark.parametrize(("odds", "score"), [(100, 620), (200, 640), (25, 580), (12.5, 560)])
def test_20_points_double_the_odds(odds: float, score: int) -> None:
    """Each step of 20 is a factor of two."""
    assert points(1 / (1 + odds)) == score


@pytest.mark.parametrize(("pd", "score"), [(LOWEST_PD, 886), (HIGHEST_PD, 88)])
def test_the_surest_pds_have_points(pd: float, score: int) -> None:
    """At odds of a million, and of one in a million: 600 + 20 · log2(odds / 50)."""
    assert points(pd) == score == round(600 + 20 * math.log2((1 - pd) / pd / 50))


@pytest.mark.parametrize("calibration", [UNCALIBRATED, Platt(3.0, 9.0), Isotonic((0.5,), (1.0,))])
@given(score=st.floats(0, 1))
def test_every_calibrated_score_has_points(calibration: Calibration, score: float) -> None:
    """Even where the model, or what calibrates it, is certain."""
    assert 88 <= points(float(calibration.apply(np.array([score]))[0])) <= 886


@given(PD, PD)
def test_less_risk_never_has_fewer_points(one: float, other: float) -> None:
    """The scale keeps the order."""
    low, high = sorted((one, other))
    assert points(low) >= points(high)


@pytest.mark.parametrize(
    ("score", "word"),
    [
        (620, Band.VERY_LOW),
        (619, Band.LOW),
        (600, Band.LOW),
        (599, Band.MEDIUM),
        (580, Band.MEDIUM),
        (579, Band.HIGH),
        (560, Band.HIGH),
        (559, Band.VERY_HIGH),
        (-100, Band.VERY_HIGH),
    ],
)
def test_bands_begin_at_their_floors(score: int, word: Band) -> None:
    """Every score has one word."""
    assert band(score) is word
