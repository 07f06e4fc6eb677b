"""Probabilities are honest: chance does not look like drift more often than they say."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency, fisher_exact, ks_2samp

from risk_platform.evaluation.drift.distances import kolmogorov_smirnov
from risk_platform.evaluation.drift.significance import (
    adjusted,
    of_homogeneity,
    of_kolmogorov_smirnov,
)


def test_the_probability_of_a_distance_is_scipys_asymptotic_one() -> None:
    """Of values that are all different."""
    rng = np.random.default_rng(2)
    before, after = rng.normal(size=9_000), rng.normal(0.03, 1, size=2_000)
    distance, theirs = np.array(ks_2samp(before, after, method="asymp"))
    assert of_kolmogorov_smirnov(distance, 9_000, 2_000) == pytest.approx(theirs, rel=0.05)


@pytest.mark.parametrize("values", [2, 5, 30, 1_000])
def test_ties_and_bins_are_never_called_drift_too_often(values: int) -> None:
    """Of stationary samples one in twenty has p below 0.05, or fewer where values are tied.

    The bound of 0.075 is passed by chance in one of ten thousand runs of an exact test.
    """
    rng = np.random.default_rng(values)
    shares = np.full(values, 1 / values)
    before, after = (rng.multinomial(n, shares, 2_000) for n in (20_000, 2_000))
    distances = kolmogorov_smirnov(before, after)
    found = [of_kolmogorov_smirnov(ks, 20_000, 2_000) <= 0.05 for ks in distances.tolist()]
    assert np.mean(found) <= 0.075


def test_groups_are_compared_by_chi_square() -> None:
    """As scipy does, and it counts for two tests: each group is looked at by itself too."""
    table = np.array([[900, 600, 500, 400], [120, 40, 70, 30]])
    _, theirs, *_ = chi2_contingency(table, correction=False)
    assert of_homogeneity(*table) / 2 == pytest.approx(theirs)


def test_two_groups_are_compared_exactly() -> None:
    """The hypergeometric distribution says what Fisher's test says, twice its smaller tail."""
    table = np.array([[990, 10], [180, 20]])
    tails = [fisher_exact(table, alternative=tail) for tail in ("less", "greater")]
    assert of_homogeneity(*table) == pytest.approx(2 * np.array(tails)[:, 1].min())


def test_a_label_that_training_never_saw_is_found_beside_a_million_loans() -> None:
    """Hardly any is expected, which is what makes forty of them no chance."""
    before, after = np.array([1_000_000, 0]), np.array([1_960, 40])
    assert of_homogeneity(before, after) < 1e-100
    assert of_homogeneity(before, np.array([2_000, 0])) == 1.0


def test_a_rare_label_that_becomes_frequent_is_found_among_many() -> None:
    """Taken together with other rare ones it is seen all the same."""
    before = np.array([500_000, 400_000, 99_900, 50, 50])
    assert of_homogeneity(before, np.array([950, 760, 190, 100, 0])) < 1e-50


def test_labels_are_never_called_drift_too_often() -> None:
    """Of stationary samples one in twenty has p below 0.05, rare labels among them."""
    rng = np.random.default_rng(3)
    shares = np.array([0.6, 0.3, 0.09, 0.008, 0.0015, 0.0005])
    found = [
        of_homogeneity(rng.multinomial(20_000, shares), rng.multinomial(2_000, shares)) <= 0.05
        for _ in range(2_000)
    ]
    assert np.mean(found) <= 0.075


@pytest.mark.parametrize(
    ("before", "after"), [([5, 0], [3, 0]), ([0, 0], [1, 2]), ([9, 1], [0, 0])]
)
def test_where_nothing_can_be_compared_nothing_is_drift(
    before: list[int], after: list[int]
) -> None:
    """One group alone, or no loans on one side."""
    assert of_homogeneity(np.array(before), np.array(after)) == 1.0


def test_many_probabilities_count_for_less() -> None:
    """By hand: the smallest of four counts for four times as much, and order is kept."""
    assert adjusted([0.01, 0.5, 0.02, 0.8]).tolist() == pytest.approx([0.04, 2 / 3, 0.04, 0.8])
    assert adjusted([]).tolist() == []
