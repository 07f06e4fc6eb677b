"""Chance: how far samples of a population are from it, though nothing is different.

The smaller a sample is, the farther: a PSI of 0.1 is nothing for two hundred loans, and a lot for
twenty thousand. So beside each customary band stands one that knows the sample's size.
"""

from collections.abc import Sequence

import numpy as np

from risk_platform.evaluation.drift.distances import (
    Floats,
    jensen_shannon,
    kolmogorov_smirnov,
    population_stability,
    tenths,
)
from risk_platform.scoring.reference import LEVELS, Chance

SIZES = (500, 1_000, 2_000, 5_000, 20_000)
DRAWS = 500


def by_chance(
    counts: Sequence[int], rng: np.random.Generator, *, is_ordered: bool, draws: int = DRAWS
) -> tuple[Chance, ...]:
    """Draw samples of several sizes, and references anew, and see how far they are apart.

    Parameters
    ----------
    counts
        Of the bins or labels of a reference.
    rng
        What draws.
    is_ordered
        Whether they are bins of a number.
    draws
        How often a sample of each size is drawn.

    Returns
    -------
    tuple of Chance
        One for each of ``SIZES``; none where there is nothing to draw from.
    """
    loans = sum(counts)
    if not loans:
        return ()
    bins = np.array(counts, np.int64)
    # Labels that no loan bears any more are never drawn, and would divide by nothing.
    groups = tenths(bins) if is_ordered else np.arange(len(bins))
    made: list[Chance] = []
    for size in SIZES:
        before, after = (rng.multinomial(of, bins / loans, draws) for of in (loans, size))
        few = [np.add.reduceat(of, groups, axis=-1) for of in (before, after)]
        made.append(
            Chance(
                loans=size,
                ks=_quantiles(kolmogorov_smirnov(before, after)) if is_ordered else (),
                js=_quantiles(jensen_shannon(*few)),
                psi=_quantiles(population_stability(*few)),
            )
        )
    return tuple(made)


def psi_by_chance(chance: Sequence[Chance], loans: int) -> float | None:
    """Return the PSI that one of a hundred samples of so many loans exceeds by chance.

    Between the sizes that were drawn it falls as a power of the size, below the smallest in
    proportion to it; above the largest it counts as that of the largest. ``None`` where none was
    drawn, or of no loans.
    """
    if not chance or not loans:
        return None
    return _at([of.loans for of in chance], [of.psi[-1] for of in chance], loans)


def _at(sizes: Sequence[int], values: Sequence[float], size: int) -> float:
    if size < sizes[0]:
        return values[0] * sizes[0] / size
    tiny = np.finfo(np.float64).tiny
    logs = np.log(np.maximum(values, tiny))
    return float(np.exp(np.interp(np.log(size), np.log(sizes), logs)))


def _quantiles(distances: Floats) -> tuple[float, ...]:
    """Return the quantiles at ``LEVELS``, to four digits: more would be noise."""
    return tuple(float(f"{value:.3e}") for value in np.quantile(distances, LEVELS))
