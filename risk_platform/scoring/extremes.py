"""Extremes: which of a model's main inputs an application lacks, or has beyond all of training.

It is asked of every application that is scored, so it works on the arrays that scoring makes.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from risk_platform.features.definitions import FEATURE_NAMES
from risk_platform.scoring.reference import NumberProfile, Profile, Reference

# So many inputs are looked at, the most important ones.
INPUTS = 20
Marks = NDArray[np.bool_]


class Extremes:
    """The extremes of a model's training loans.

    Parameters
    ----------
    reference
        Of the model.

    Attributes
    ----------
    names
        The inputs that are looked at.
    unknown
        Share of the training loans of which each is not known, shape (inputs,).
    """

    def __init__(self, reference: Reference) -> None:
        self.names = main_inputs(reference.importance)
        profiles = [reference.population.features[name] for name in self.names]
        self.unknown = np.array([one.unknown / (one.known + one.unknown) for one in profiles])
        spans = [_span(one) for one in profiles]
        self._low, self._high = np.array(spans).reshape(-1, 2).T[:, :, None]
        self._rows = np.array([FEATURE_NAMES.index(name) for name in self.names], np.intp)

    def marks(self, values: NDArray[np.float64]) -> Marks:
        """Return what is odd about n loans, shape (n, 2, inputs): unknown, and beyond training.

        Parameters
        ----------
        values
            Shape (features, n): model inputs before anything learnt is applied, NaN: unknown.
        """
        looked_at = values[self._rows]
        unknown = np.isnan(looked_at)
        beyond = (looked_at < self._low) | (looked_at > self._high)
        return np.stack([unknown, beyond]).transpose(2, 0, 1)


def _span(profile: Profile) -> tuple[float, float]:
    """Return the smallest and the largest value of training; of a label any will do."""
    if isinstance(profile, NumberProfile) and profile.lowest is not None:
        return profile.lowest, profile.highs[-1]
    return -np.inf, np.inf


def main_inputs(importance: Mapping[str, float]) -> Sequence[str]:
    """Return the inputs that a model makes most of, the most important first."""
    used = [name for name, share in importance.items() if share > 0]
    return sorted(used, key=lambda name: (-importance[name], name))[:INPUTS]
