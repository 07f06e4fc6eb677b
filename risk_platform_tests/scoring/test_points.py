"""Points: the scale that lenders read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_platform.scoring.points import Band, band, points

PD = st.floats(min_value=1e-9, max_value=1 - 1e-9)


def test_600_points_are_odds_of_50_to_1() -> None:
    """One defaulter among 51 loans."""
    assert points(1 / 51) == 600


@pytest.mark.parametrize(("odds", "score"), [(100, 620), (200, 640), (25, 580), (12.5, 560)])
def test_20_points_double_the_odds(odds: float, score: int) -> None:
    """Each step of 20 is a factor of two."""
    assert points(1 / (1 + odds)) == score


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
