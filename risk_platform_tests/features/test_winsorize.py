"""What is winsorised, where, and what cannot be."""

import numpy as np
import pytest

from risk_platform.errors.protocols import WinsorizeError
from risk_platform.features.winsorize import NUMBER_NAMES, Bounds, limits, winsorize, winsorized


@pytest.mark.parametrize(
    ("lower", "upper"),
    [(0.9, 0.1), (0.5, 0.5), (-0.1, 0.9), (0.1, 1.1), (float("nan"), 0.9), (0.1, float("nan"))],
)
def test_quantiles_that_are_none_are_refused(lower: float, upper: float) -> None:
    """The sentence says which they were, and what they have to be."""
    with pytest.raises(WinsorizeError, match=f"lower {lower:g}.*0 <= lower < upper <= 1"):
        winsorize(["annual_inc"], lower, upper)


@pytest.mark.parametrize("name", ["purpose", "region", "emp_title", "no_such_feature"])
def test_what_is_no_number_is_refused(name: str) -> None:
    """A category has no tails; the sentence names it."""
    with pytest.raises(WinsorizeError, match=f"{name}: not a feature that is a number"):
        winsorize(["annual_inc", name], 0.01, 0.99)


def test_the_right_one_of_two_counts() -> None:
    """A modeller names a feature again to cut it elsewhere."""
    both = winsorize(NUMBER_NAMES, 0.01, 0.99) | winsorize(["annual_inc"], 0, 0.9)
    assert both.quantiles["annual_inc"] == (0, 0.9)
    assert both.quantiles["dti"] == (0.01, 0.99)
    assert set(both.quantiles) == set(NUMBER_NAMES)


def test_values_are_drawn_in_and_nan_stays() -> None:
    """A feature without bounds is left as it is; a table and a single row are treated alike."""
    bounds = {"annual_inc": Bounds(low=1.0, high=2.0, lower=0.1, upper=0.9)}
    low, high = limits(["annual_inc", "dti"], bounds)
    table = np.array([[0.0, -9.0], [1.5, 9.0], [7.0, np.nan], [np.nan, 1e300]])
    wanted = [[1.0, -9.0], [1.5, 9.0], [2.0, np.nan], [np.nan, 1e300]]
    np.testing.assert_array_equal(winsorized(table, low, high), wanted)
    for row, expected in zip(table, wanted, strict=True):
        np.testing.assert_array_equal(winsorized(row, low, high), expected)
