"""A fitted model as data: its family, what it reads, its own text, and its calibration."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from risk_platform.scoring.calibration import UNCALIBRATED, Calibration
from risk_platform.scoring.families.boosted import BoostedTrees
from risk_platform.scoring.families.forest import Forest
from risk_platform.scoring.families.linear import LinearModel
from risk_platform.scoring.families.network import Network


class Family(StrEnum):
    """Kind of model."""

    LIGHTGBM = "lightgbm"
    LOGISTIC_REGRESSION = "logistic_regression"
    RANDOM_FOREST = "random_forest"
    GBT = "gbt"
    MLP = "mlp"


class Predictor(Protocol):
    """What a family makes of a model's text.

    Parameters
    ----------
    base
        Log-odds of a score of which nothing is known: contributions add up to what is between
        this and the log-odds of the score.
    importance
        How much the model makes of each of its inputs, shape (inputs,), in the family's own unit:
        gain where it has trees, what a standard deviation does where it has weights.
    """

    base: float
    importance: NDArray[np.float64]

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return scores between 0 and 1, shape (n,), of features of shape (n, inputs)."""
        ...

    def contributions(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each input adds to ``base``, shape (n, inputs), in log-odds."""
        ...


class Reader(Protocol):
    """How a family reads a model's text; ``UnreadableBundleError`` where it is none."""

    def __call__(self, text: str, inputs: tuple[str, ...]) -> Predictor:
        """Return what predicts."""
        ...


READERS: Mapping[Family, Reader] = {
    Family.LIGHTGBM: BoostedTrees,
    Family.LOGISTIC_REGRESSION: LinearModel,
    Family.RANDOM_FOREST: Forest,
    Family.GBT: Forest,
    Family.MLP: Network,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A fitted model.

    Parameters
    ----------
    family
        Its kind.
    inputs
        The features that it reads, in their order.
    text
        The model as its family writes it.
    calibration
        From its scores to PDs.
    """

    family: Family
    inputs: tuple[str, ...]
    text: str
    calibration: Calibration = UNCALIBRATED

    def predictor(self) -> Predictor:
        """Read the text: do it once, and predict often.

        Raises
        ------
        UnreadableBundleError
            The text is no model of the family, or one of other features.
        """
        return READERS[self.family](self.text, self.inputs)

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return calibrated PDs, shape (n,), of features of shape (n, len(inputs))."""
        return self.calibration.apply(self.predictor().predict(features))
