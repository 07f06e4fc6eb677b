"""Gaps: which of a model's inputs an application leaves unknown, and whether they are too many."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from risk_platform.contract.column import Applicants
from risk_platform.features.definitions import FEATURES, INPUT_COLUMNS, INPUTS

# Where inputs that carry more of what the model makes of all of them are lacking, a score says
# less of the applicant than of applicants in general.
TOO_MUCH = 0.5

Flags = NDArray[np.bool_]

_OF_TWO = np.array([column.asked_of is Applicants.JOINT for column in INPUTS])
_SOURCES = {feature.name: feature.sources for feature in FEATURES}


def told_apart(null: Flags, is_joint: Flags) -> tuple[Flags, Flags]:
    """Tell columns that are missing from those that are asked of two borrowers alone.

    An application that does not say for how many borrowers it is counts as that of one.

    Parameters
    ----------
    null
        Which columns are not given, shape (n, len(INPUT_COLUMNS)).
    is_joint
        Whether two borrow, shape (n,).

    Returns
    -------
    missing, not_asked
        As ``null``; of an application each column that is not given is one of them.
    """
    not_asked = null & _OF_TWO & ~is_joint[:, None]
    return null ^ not_asked, not_asked


class Gaps:
    """Find what applications lack.

    Parameters
    ----------
    inputs
        What the model reads, in its order.
    importance
        How much it makes of each, shape (inputs,), in any unit; ``shares`` are without one.
    """

    def __init__(self, inputs: Sequence[str], importance: NDArray[np.float64]) -> None:
        sources = [_SOURCES[name] for name in inputs]
        self._read = np.array([INPUT_COLUMNS.index(of) for one in sources for of in one])
        self._firsts = np.cumsum([0, *map(len, sources[:-1])])
        self.shares = importance / max(float(importance.sum()), np.finfo(np.float64).tiny)

    def of(self, unknown: Flags, missing: Flags, not_asked: Flags) -> tuple[Flags, Flags]:
        """Tell why inputs are unknown: not given though asked for, or not asked of one borrower.

        Parameters
        ----------
        unknown
            Which inputs are, before medians stand for them, shape (n, inputs).
        missing, not_asked
            Which columns are not given, as ``told_apart`` tells them.

        Returns
        -------
        lacking, not_asked
            Shape (n, inputs). An input that is unknown though all its sources are given, such as
            a ratio over nothing, is neither.
        """
        lacking = unknown & self._any(missing)
        return lacking, unknown & self._any(not_asked) & ~lacking

    def too_many(self, lacking: Flags) -> Flags:
        """Tell which applications lack inputs that carry more than half of the model, (n,)."""
        return np.where(lacking, self.shares, 0.0).sum(axis=1) > TOO_MUCH

    def _any(self, columns: Flags) -> Flags:
        """Tell which inputs have a source among columns; no product, as its threads would wait."""
        return np.logical_or.reduceat(columns.take(self._read, axis=1), self._firsts, axis=1)
