"""What fitting gives: a model, and how it came about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from risk_platform.scoring.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A fitted model.

    Parameters
    ----------
    model
        The model.
    parameters
        How it was fitted, by name.
    rounds
        Trees that it has; 0 for a family that has none.
    history
        Log-loss after each round, of training and of validation, where fitting has rounds.
    importance
        Feature to how much the model makes of it, in the family's own unit; empty where it has
        none.
    notes
        What a reader of its figures must know, such as how classes were balanced.
    """

    model: Model
    parameters: Mapping[str, float | int | str | bool]
    rounds: int = 0
    history: Mapping[str, Sequence[float]] = field(default_factory=dict)
    importance: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return PDs of shape (n,)."""
        return self.model.predict(features)
