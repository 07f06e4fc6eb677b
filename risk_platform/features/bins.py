"""Bins: a column of numbers summarised so that the order and the parting of rows do not matter.

Numbers that agree in sign, exponent and the first bits of the mantissa share a bin, which keeps
their count, the smallest and the largest. Two summaries of a bin add up to that of all their
rows, whichever rows either saw; a sketch whose merging depends on the order (Greenwald-Khanna's,
behind ``percentile_approx``) gives other bounds on another cluster.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Bits of the mantissa that are told apart: whole numbers below 2,048 have a bin each, and a bin is
# no wider than a 1,024th of its numbers.
MANTISSA_BITS = 10
BIN_WIDTH = 2.0**-MANTISSA_BITS
_DROPPED_BITS = 52 - MANTISSA_BITS

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bins:
    """Numbers by bin, in ascending order.

    Parameters
    ----------
    keys
        The bits that the numbers of a bin share.
    counts
        How many numbers it holds, none of them NaN.
    lows, highs
        The smallest and the largest among them.
    """

    keys: Integers
    counts: Integers
    lows: Numbers
    highs: Numbers

    @property
    def known(self) -> int:
        """How many numbers there are."""
        return int(self.counts.sum())

    def quantile(self, q: float) -> float:
        """Return the quantile that leaves a share ``q`` at or below it.

        It is a number that some row has. Where its bin holds one number it is exactly NumPy's
        ``inverted_cdf``, otherwise within a ``BIN_WIDTH`` of it, and never on the far side of
        another bin.

        Parameters
        ----------
        q
            0 to 1.

        Raises
        ------
        IndexError
            There are no numbers.
        """
        reached = np.cumsum(self.counts)
        rank = max(1, math.ceil(q * self.known))
        at = int(np.searchsorted(reached, rank))
        is_first = rank == reached[at] - self.counts[at] + 1
        return float(self.lows[at] if is_first else self.highs[at])


def bins_of(values: Numbers) -> Bins:
    """Summarise numbers; NaN is left out."""
    # A sum with zero has no negative zero, which would be another bin of the same number.
    ordered = np.sort(values[~np.isnan(values)]) + 0.0
    keys = ordered.view(np.int64) >> _DROPPED_BITS
    is_first = np.ones(len(keys), dtype=np.bool_)
    is_first[1:] = keys[1:] != keys[:-1]
    firsts = np.flatnonzero(is_first)
    ends = np.append(firsts, len(keys))[1:]
    return Bins(keys[firsts], ends - firsts, ordered[firsts], ordered[ends - 1])
