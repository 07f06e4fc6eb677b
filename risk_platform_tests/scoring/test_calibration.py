"""Calibrations keep the order of scores, survive being written, and stay within what has odds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from risk_platform.scoring.calibration import (
    HIGHEST_PD,
    LOWEST_PD,
    UNCALIBRATED,
    Calibration,
    Isotonic,
    Platt,
    calibration_from_json,
    calibration_to_json,
)

KNOTS = Isotonic((0.05, 0.1, 0.4), (0.02, 0.11, 0.35))
ALL = [UNCALIBRATED, Platt(0.8, -0.3), KNOTS]


@pytest.mark.parametrize("calibration", ALL, ids=str)
@given(scores=arrays(np.float64, 20, elements=st.floats(0, 1)))
def test_a_calibration_keeps_the_order(calibration: Calibration, scores: np.ndarray) -> None:
    """A higher score is never a lower PD, and no loan is certain."""
    pds = calibration.apply(np.sort(scores))
    assert (np.diff(pds) >= 0).all()
    assert LOWEST_PD <= pds.min() <= pds.max() <= HIGHEST_PD


@pytest.mark.parametrize("calibration", ALL, ids=str)
def test_a_calibration_survives_being_written(calibration: Calibration) -> None:
    """To the last bit."""
    assert calibration_from_json(calibration_to_json(calibration)) == calibration


def test_platt_is_straight_in_log_odds() -> None:
    """Half the slope takes odds of 16 to 1 to 4 to 1."""
    assert Platt(0.5, 0.0).apply(np.array([1 / 17]))[0] == pytest.approx(1 / 5)


def test_isotonic_goes_straight_from_knot_to_knot() -> None:
    """And is flat beyond the outermost."""
    pds = KNOTS.apply(np.array([0.0, 0.05, 0.075, 0.25, 0.9]))
    assert pds.tolist() == pytest.approx([0.02, 0.02, 0.065, 0.23, 0.35])


def test_without_calibration_scores_are_pds() -> None:
    """Bit for bit."""
    scores = np.array([0.1, 0.2, 1 / 3])
    assert UNCALIBRATED.apply(scores).tolist() == scores.tolist()


@pytest.mark.parametrize(
    "text",
    [
        '{"kind": "spline"}',
        '{"kind": "platt", "slope": NaN, "intercept": 0}',
        '{"kind": "isotonic", "scores": [0.2, 0.1], "pds": [0.1, 0.2]}',
        '{"kind": "isotonic", "scores": [0.1, 0.2], "pds": [0.2, 0.1]}',
        '{"kind": "isotonic", "scores": [], "pds": []}',
        '{"kind": "isotonic", "scores": [0.1], "pds": [0.1, 0.2]}',
    ],
)
def test_what_is_no_calibration_is_refused(text: str) -> None:
    """A damaged one would turn the ranking over, or give no probability."""
    with pytest.raises(ValueError, match="calibration"):
        calibration_from_json(text)
