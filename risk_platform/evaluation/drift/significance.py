"""Significance: how likely a distance would be by chance, were nothing different."""

from collections.abc import Sequence

import numpy as np
from scipy.special import kolmogorov
from scipy.stats import chi2, false_discovery_control, hypergeom

from risk_platform.evaluation.drift.distances import Counts, Floats

# Below so many expected loans a bin's chi-square is none: it is taken together with others.
LEAST_EXPECTED = 5.0


def of_kolmogorov_smirnov(distance: float, before: int, after: int) -> float:
    """Return the probability of as large a distance between samples of these sizes, or larger.

    Kolmogorov's limit. It holds for values that are all different, measured between all of them.
    Ties and bins can only take differences away, so that for them it is an upper bound: it never
    makes drift of what is none. Source: Noether, Note on the Kolmogorov statistic in the discrete
    case, 1963.
    """
    return float(kolmogorov(distance * np.sqrt(before * after / (before + after))))


def of_homogeneity(before: Counts, after: Counts) -> float:
    """Return the probability that groups without an order differ as much, or more.

    Two groups are compared by Fisher's exact test. More are compared by Pearson's chi-square, and
    each of them with all others by Fisher's test: a label that was rare and is not any more is
    lost among others in the first, and hardly any loan of it is expected beside a million.
    Whichever says more counts, for as many as there are.
    """
    table = np.stack([before, after])
    table = table[:, table.any(axis=0)]
    groups = table.shape[1]
    if groups <= 1 or not table.sum(axis=1).all():
        return 1.0
    each = _of_each(table)
    if groups == len(table):
        return float(each[0])
    return min(1.0, 2 * min(_chi_square(_pooled(table)), groups * float(each.min())))


def adjusted(probabilities: Sequence[float]) -> Floats:
    """Return what probabilities count for among so many, shape as given.

    Source: Benjamini and Hochberg, Controlling the false discovery rate, 1995.
    """
    if not probabilities:
        return np.empty(0)
    return np.asarray(false_discovery_control(probabilities, method="bh"), np.float64)


def _of_each(table: Counts) -> Floats:
    """Return for each group twice the smaller tail of the hypergeometric distribution."""
    drawn, marked, inside = table[1].sum(), table.sum(axis=0), table[1]
    of = (table.sum(), marked, drawn)
    tails = np.minimum(hypergeom.cdf(inside, *of), hypergeom.sf(inside - 1, *of))
    return np.minimum(1.0, 2 * tails)


def _chi_square(table: Counts) -> float:
    if table.shape[1] <= 1:
        return 1.0
    expected = _expected(table)
    statistic = float(np.sum((table - expected) ** 2 / expected))
    return float(chi2.sf(statistic, table.shape[1] - 1))


def _pooled(table: Counts) -> Counts:
    """Add up columns, from the smallest on, until each is expected to hold enough in both rows."""
    table = table[:, np.argsort(table.sum(axis=0), kind="stable")]
    while table.shape[1] > 1 and _expected(table)[:, 0].min() < LEAST_EXPECTED:
        first_two = table[:, :2].sum(axis=1, keepdims=True)
        joined = np.concatenate([first_two, table[:, 2:]], axis=1)
        table = joined[:, np.argsort(joined.sum(axis=0), kind="stable")]
    return table


def _expected(table: Counts) -> Floats:
    return table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / table.sum()
