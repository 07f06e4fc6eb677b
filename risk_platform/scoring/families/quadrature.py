"""What each column adds to the sum of many trees: exact Shapley values, in a compiled loop.

A leaf gives its value times, for each column on the way to it, 1 or 0 where the column is known
(all of its forks let the loan pass, or not), and the share of training's loans that pass where it
is not. With every column known with probability t that is a polynomial in t, and Shapley's weights
are an integral over t. A Gauss-Legendre rule of n points is exact up to degree 2n - 1, so leaves
below d columns take d / 2 points, and no sum over 2^d subsets. For each point the products are
made on the way down the trees and summed on the way up: one step of the trees, one step of the
loop. The result is what LightGBM's ``pred_contrib`` gives, too: Lundberg et al., Consistent
individualized feature attribution for tree ensembles, 2018, path-dependent.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.uint32]
Flags = NDArray[np.bool_]

# Of a decision's bits, as LightGBM writes them: a category; left by default; what is missing.
IS_CATEGORY, DEFAULT_LEFT, MISSING_SHIFT = 1, 2, 2
MISSING_ZERO, MISSING_NAN = 1, 2
DECISIONS = 1 << 4
# LightGBM takes numbers up to this, a float of 32 bits, for zero.
ZERO = float(np.float32(1e-35))
WORD_BITS = 32


class Forks(NamedTuple):
    """The forks of all trees.

    Parameters
    ----------
    columns
        Which column is asked.
    decisions
        How, in LightGBM's bits.
    limits
        Up to which number loans go left.
    words, firsts
        Bits of the codes that go left, in words of 32; fork ``i`` has those from ``firsts[i]``
        up to ``firsts[i + 1]``.
    """

    columns: Ints
    decisions: Ints
    limits: Floats
    words: NDArray[np.uint32]
    firsts: Ints


class Steps(NamedTuple):
    """The steps from node to node of all trees, each after the one above it.

    Step 0 leads to where all trees begin: every loan takes it, and nothing is asked.

    Parameters
    ----------
    parents
        The step above.
    earlier
        The last step above that asks for the same column; 0 where none does.
    forks, lefts
        Which fork it leaves, and whether to the left.
    shares
        The share of training's loans that its column lets pass here and at all earlier steps.
    values
        What the leaf gives to which it leads; 0 where it leads to a fork.
    """

    parents: Ints
    earlier: Ints
    forks: Ints
    lefts: Flags
    shares: Floats
    values: Floats


class Rule(NamedTuple):
    """Points and weights of an integral from 0 to 1."""

    points: Floats
    weights: Floats


def gauss_legendre(degree: int) -> Rule:
    """Return the rule with the fewest points that is exact for polynomials of a degree."""
    points, weights = np.polynomial.legendre.leggauss(degree // 2 + 1)
    return Rule((points + 1) / 2, weights / 2)


@numba.njit
def _goes_left(value: float, fork: int, forks: Forks) -> bool:
    decision = forks.decisions[fork]
    if decision & IS_CATEGORY:
        first = forks.firsts[fork]
        if not 0 <= value < WORD_BITS * (forks.firsts[fork + 1] - first):
            return False
        code = int(value)
        bit = forks.words[first + code // WORD_BITS] >> np.uint32(code % WORD_BITS)
        return bit & np.uint32(1) == 1
    # Without a branch: which values are missing, or low, is nothing that a processor can foresee.
    is_nan = np.isnan(value)
    number = 0.0 if is_nan else value
    missing = decision >> MISSING_SHIFT
    is_zero = (missing == MISSING_ZERO) & (abs(number) <= ZERO)
    is_missing = ((missing == MISSING_NAN) & is_nan) | is_zero
    by_default = decision & DEFAULT_LEFT != 0
    return (is_missing & by_default) | ((not is_missing) & (number <= forks.limits[fork]))


@numba.njit
def _pass(row: Floats, forks: Forks, steps: Steps, goes_left: Flags, passes: Floats) -> None:
    """Tell of each step whether its column lets the loan pass, here and earlier: 1 or 0."""
    for fork in range(len(forks.columns)):
        goes_left[fork] = _goes_left(float(row[forks.columns[fork]]), fork, forks)
    passes[0] = 1.0
    for step in range(1, len(steps.parents)):
        follows = goes_left[steps.forks[step]] == steps.lefts[step]
        passes[step] = passes[steps.earlier[step]] * follows


@numba.njit
def _descend(t: float, weight: float, steps: Steps, passes: Floats, scratch: Floats) -> None:
    """Work out a point's products of all columns, from the top of the trees to their leaves."""
    inverses, slopes, products, sums = scratch
    inverses[0], slopes[0], products[0] = 1.0, 0.0, weight
    for step in range(1, len(steps.parents)):
        share, known = steps.shares[step], passes[step]
        factor = share + (known - share) * t
        inverses[step] = 1 / factor
        slopes[step] = (known - share) * inverses[step]
        products[step] = products[steps.parents[step]] * factor * inverses[steps.earlier[step]]
        sums[step] = steps.values[step] * products[step]


@numba.njit
def _ascend(forks: Forks, steps: Steps, scratch: Floats, out: Floats) -> None:
    """Sum a point's products up from the leaves; what is below a step counts for its column."""
    _, slopes, _, sums = scratch
    for step in range(len(steps.parents) - 1, 0, -1):
        sums[steps.parents[step]] += sums[step]
        slope = slopes[step] - slopes[steps.earlier[step]]
        out[forks.columns[steps.forks[step]]] += sums[step] * slope


def _attribute(rows: Floats, forks: Forks, steps: Steps, rule: Rule, out: Floats) -> None:
    goes_left = np.empty(len(forks.columns), np.bool_)
    passes = np.empty(len(steps.parents))
    scratch = np.zeros((4, len(steps.parents)))
    for row in range(len(rows)):
        _pass(rows[row], forks, steps, goes_left, passes)
        for point in range(len(rule.points)):
            t, weight = rule.points[point], rule.weights[point]
            _descend(t, weight, steps, passes, scratch)
            _ascend(forks, steps, scratch, out[row])


@cache
def attribution() -> Callable[[Floats, Forks, Steps, Rule, Floats], None]:
    """Return the compiled loop; the first call takes two seconds, so make it before loans wait.

    It adds to its last argument, shape (n, columns), what each column of n rows contributes to
    the sum of all trees; rows are treated one by one, without Python's lock. Types are fixed: what
    is of others is refused, never compiled anew.
    """
    floats, ints, flags = types.float64[::1], types.uint32[::1], types.boolean[::1]
    table = types.float64[:, ::1]
    forks = types.NamedTuple([ints, ints, floats, types.uint32[::1], ints], Forks)
    steps = types.NamedTuple([ints, ints, ints, flags, floats, floats], Steps)
    rule = types.NamedUniTuple(floats, 2, Rule)
    return numba.njit(types.void(table, forks, steps, rule, table), nogil=True)(_attribute)
