"""Reliability by any group: who is in it, what was expected of it, and what came."""

import numpy as np
import pytest

from risk_platform.evaluation.calibration import (
    calibration_error,
    grades_of,
    reliability_by,
    vintages_of,
)

GROUPS = np.array(["B", "A", "B", None, "A", "B"], dtype=object)
OUTCOMES = np.array([1, 0, 1, 1, 0, 0], dtype=np.int8)
PD = np.array([0.5, 0.1, 0.4, 0.9, 0.3, 0.3])


def test_each_group_has_its_loans_its_mean_pd_and_its_rate() -> None:
    """In the order of their names; a loan without a group is in none."""
    groups = reliability_by(GROUPS, OUTCOMES, PD)
    assert list(groups) == ["A", "B"]
    assert [group.loans for group in groups.values()] == [2, 3]
    assert [group.mean_pd for group in groups.values()] == pytest.approx([0.2, 0.4])
    assert [group.default_rate for group in groups.values()] == pytest.approx([0, 2 / 3])


def test_the_error_weighs_groups_by_their_loans() -> None:
    """Two loans are off by 0.2 and three by 4/15."""
    error = calibration_error(reliability_by(GROUPS, OUTCOMES, PD))
    assert error == pytest.approx((2 * 0.2 + 3 * 4 / 15) / 5)


def test_a_grade_is_that_of_the_rank() -> None:
    """A1 is 1, A5 is 5, B1 is 6, G5 is 35."""
    ranks = np.array([1.0, 5.0, 6.0, 35.0, np.nan])
    assert grades_of(ranks).tolist() == ["A", "A", "B", "G", None]


def test_a_vintage_is_the_quarter_of_issue() -> None:
    """January 2016 is month 552."""
    months = np.array([552, 554, 555, 551])
    assert vintages_of(months).tolist() == ["2016-Q1", "2016-Q1", "2016-Q2", "2015-Q4"]
