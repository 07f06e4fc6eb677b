"""Distances: how far two groups of loans are from each other, by counts in the same bins.

All take the counts of both, shape (…, bins), return shape (…), and are 0 where the shares agree. A
group of no loans is like no other, and is not asked here.
"""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

# A share of nothing has no logarithm: a bin without loans counts as one loan in ten thousand.
LEAST_SHARE = 1e-4
# PSI is customary over ten bins; over a hundred chance alone would make it ten times as large.
PSI_BINS = 10


def kolmogorov_smirnov(before: Counts, after: Counts) -> Floats:
    """Return the largest difference of the distribution functions, 0 to 1; bins are in order.

    Within a bin they may differ by more, at the most by the share of that bin.
    """
    difference = np.cumsum(_shares(before), axis=-1) - np.cumsum(_shares(after), axis=-1)
    return np.abs(difference).max(axis=-1)


def jensen_shannon(before: Counts, after: Counts) -> Floats:
    """Return the Jensen-Shannon distance, 0 to 1: the root of the divergence in bits.

    Source: Endres and Schindelin, A new metric for probability distributions, 2003.
    """
    old, new = _shares(before), _shares(after)
    middle = (old + new) / 2
    divergence = (_divergence(old, middle) + _divergence(new, middle)) / 2
    return np.sqrt(np.maximum(divergence, 0.0))


def population_stability(before: Counts, after: Counts) -> Floats:
    """Return the population stability index: Σ (a - b) ln(a / b), a and b the shares of a bin.

    By custom below 0.10 is stable, and above 0.25 another population. Source: Siddiqi, Credit Risk
    Scorecards, 2006, chapter 9.
    """
    old, new = (np.maximum(_shares(of), LEAST_SHARE) for of in (before, after))
    return np.sum((new - old) * np.log(new / old), axis=-1)


def tenths(counts: Counts) -> NDArray[np.intp]:
    """Return where groups of bins begin, ten at the most, of about as many loans each.

    Parameters
    ----------
    counts
        Of the bins, in their order; shape (bins,), not all of them zero.
    """
    middle = np.cumsum(counts) - counts / 2
    group = np.minimum(PSI_BINS * middle // counts.sum(), PSI_BINS - 1)
    return np.flatnonzero(np.diff(group, prepend=-1))


def _shares(counts: Counts) -> Floats:
    return counts / counts.sum(axis=-1, keepdims=True)


def _divergence(of: Floats, to: Floats) -> Floats:
    """Return Kullback and Leibler's divergence in bits; a share of nothing adds nothing."""
    ratio = np.divide(of, to, out=np.ones(np.broadcast(of, to).shape), where=of > 0)
    return np.sum(of * np.log2(ratio), axis=-1)
