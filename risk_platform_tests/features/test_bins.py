"""Numbers summarised by bins have NumPy's quantiles, and add up in any order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_platform.features.bins import BIN_WIDTH, Bins, bins_of

FINITE = st.floats(allow_nan=False, allow_infinity=False)
NUMBERS = st.lists(FINITE | st.integers(-50, 50).map(float), min_size=1, max_size=60)
QUANTILES = st.floats(0, 1)


def added(*parts: Bins) -> Bins:
    """Add summaries up as Spark does: by key, and then in the order of the numbers."""
    keys = np.concatenate([part.keys for part in parts])
    found = np.unique(keys)
    where = [keys == key for key in found]
    counts, lows, highs = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("counts", "lows", "highs")
    )
    order = np.argsort([lows[at].min() for at in where])
    return Bins(
        found[order],
        np.array([counts[at].sum() for at in where])[order],
        np.array([lows[at].min() for at in where])[order],
        np.array([highs[at].max() for at in where])[order],
    )


@given(numbers=NUMBERS, q=QUANTILES)
def test_a_quantile_is_numpys_within_the_width_of_a_bin(numbers: list[float], q: float) -> None:
    """And it is one of the numbers."""
    values = np.array(numbers)
    found, wanted = bins_of(values).quantile(q), np.quantile(values, q, method="inverted_cdf")
    assert found in numbers
    # Below the smallest normal number a bin is as wide as there.
    assert abs(found - wanted) <= max(abs(wanted), 2.3e-308) * BIN_WIDTH


@given(numbers=NUMBERS, cut=st.integers(0, 60), q=QUANTILES)
def test_parts_add_up_to_the_whole(numbers: list[float], cut: int, q: float) -> None:
    """Whichever rows each part saw, and whichever comes first."""
    values = np.array(numbers)
    one, other = bins_of(values[:cut]), bins_of(values[cut:])
    whole = bins_of(values).quantile(q)
    assert added(one, other).quantile(q) == whole
    assert added(other, one).quantile(q) == whole


@given(numbers=st.lists(st.integers(-2_047, 2_047).map(float), min_size=1), q=QUANTILES)
def test_counts_are_exact(numbers: list[float], q: float) -> None:
    """Whole numbers below 2,048 have a bin each."""
    wanted = np.quantile(numbers, q, method="inverted_cdf")
    assert bins_of(np.array(numbers)).quantile(q) == wanted


def test_nan_is_in_no_bin() -> None:
    """What is unknown is not counted."""
    assert bins_of(np.array([np.nan, 1.0, np.nan])).known == 1


def test_nothing_has_no_bins_and_no_quantile() -> None:
    """An empty column, or one that is unknown throughout."""
    assert bins_of(np.array([np.nan])).known == bins_of(np.array([])).known == 0
    with pytest.raises(IndexError):
        bins_of(np.array([np.nan])).quantile(0.5)


def test_negative_zero_is_zero() -> None:
    """They are one number, and stand in one bin."""
    bins = bins_of(np.array([-0.0, 0.0, -0.0]))
    assert bins.counts.tolist() == [3]
    assert str(bins.quantile(0)) == "0.0"


def test_the_ends_are_exact() -> None:
    """The smallest and the largest number are what they are, however wide their bins."""
    values = np.array([1_000_001.0, 1_000_002.0, 1_000_003.0, -7.123456789])
    assert (bins_of(values).quantile(0), bins_of(values).quantile(1)) == (-7.123456789, 1_000_003.0)
