"""Distances are those of the textbooks, and of scipy."""

import numpy as np
import pytest
from scipy.spatial import distance as scipy_distance
from scipy.stats import ks_2samp

from risk_platform.evaluation.drift.distances import (
    PSI_BINS,
    Counts,
    jensen_shannon,
    kolmogorov_smirnov,
    population_stability,
    tenths,
)
from risk_platform.evaluation.stability import psi

RNG = np.random.default_rng(1)
PAIRS = [
    (RNG.integers(0, 200, 12), RNG.integers(0, 90, 12)),
    (np.array([10, 0, 30]), np.array([0, 5, 1])),
    (np.array([5, 5]), np.array([500, 500])),
]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_jensen_shannon_is_scipys(before: Counts, after: Counts) -> None:
    """The root of the divergence in bits; empty bins add nothing."""
    assert jensen_shannon(before, after) == pytest.approx(
        scipy_distance.jensenshannon(before, after, base=2), abs=1e-12
    )


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_kolmogorov_smirnov_is_scipys(before: Counts, after: Counts) -> None:
    """Of values that are the number of their bin."""
    old, new = (np.repeat(np.arange(len(of)), of) for of in (before, after))
    theirs, _ = ks_2samp(old, new)
    assert kolmogorov_smirnov(before, after) == pytest.approx(theirs)


def test_population_stability_is_the_textbook_sum() -> None:
    """By hand; it is the same there and back."""
    before, after = np.array([25, 75]), np.array([50, 50])
    by_hand = 0.25 * np.log(0.5 / 0.25) - 0.25 * np.log(0.5 / 0.75)
    assert population_stability(before, after) == pytest.approx(by_hand)
    assert population_stability(after, before) == pytest.approx(by_hand)


def test_a_bin_without_loans_counts_as_one_in_ten_thousand() -> None:
    """Nothing has a logarithm, and none is infinite."""
    found = population_stability(np.array([100, 0]), np.array([90, 10]))
    by_hand = -0.1 * np.log(0.9) + (0.1 - 1e-4) * np.log(0.1 / 1e-4)
    assert found == pytest.approx(by_hand)


def test_what_is_the_same_is_at_no_distance() -> None:
    """Whatever the sizes of the samples."""
    before = np.array([1, 20, 300])
    for distance in (jensen_shannon, kolmogorov_smirnov, population_stability):
        assert distance(before, 7 * before) == pytest.approx(0, abs=1e-7)


def test_many_samples_are_compared_at_once() -> None:
    """Each as it would be by itself."""
    before, after = RNG.integers(0, 50, (2, 5, 8))
    for distance in (jensen_shannon, kolmogorov_smirnov, population_stability):
        alone = [distance(*pair) for pair in zip(before, after, strict=True)]
        np.testing.assert_allclose(distance(before, after), alone)


def test_bins_are_taken_together_by_ten() -> None:
    """A hundred even bins make ten groups, few make as many; each bin is in one."""
    assert tenths(np.full(100, 7)).tolist() == [*range(0, 100, 10)]
    assert tenths(np.array([98, 1, 1])).tolist() == [0, 1]
    assert len(tenths(RNG.integers(0, 9, 70))) <= PSI_BINS


def test_scores_of_vintages_are_compared_by_the_same_index() -> None:
    """The report of a champion and the report of drift know one PSI."""
    before, after = np.arange(1_000.0), np.arange(1_000.0) + 300
    counts = np.full(10, 100), np.array([0, 0, 0, *[100] * 6, 400])
    assert psi(before, after) == pytest.approx(float(population_stability(*counts)), rel=1e-6)
