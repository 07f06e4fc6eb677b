"""Multilayer perceptron: sigmoid layers over scaled columns, and two outputs made into one PD."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from risk_platform.scoring.families.encoding import Encoder, Encoding, logistic
from risk_platform.scoring.families.texts import STRICT, Number, from_text, must

CLASSES = 2
# Loans at once: what they give in the first layer, unit by unit and column by column, stays small.
BATCH = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer.

    Parameters
    ----------
    weights
        For each unit one for each of what the layer is given.
    biases
        One a unit.
    """

    weights: tuple[tuple[Number, ...], ...]
    biases: tuple[Number, ...]

    __pydantic_config__ = STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkText:
    """A multilayer perceptron as data.

    Parameters
    ----------
    encoding
        From model inputs to scaled columns.
    layers
        All but the last end in a sigmoid; the last has an output for no default and one for
        default, of which softmax makes probabilities.
    """

    encoding: Encoding
    layers: tuple[Layer, ...]

    __pydantic_config__ = STRICT


class Network:
    """A multilayer perceptron that predicts.

    Parameters
    ----------
    text
        A ``NetworkText`` as JSON.
    inputs
        The features that it must read, in their order.

    Raises
    ------
    UnreadableBundleError
        The text is none, or reads other features.
    """

    def __init__(self, text: str, inputs: tuple[str, ...]) -> None:
        model = from_text(NetworkText, text)
        model.encoding.check(inputs)
        _check_layers(model)
        self._encoder = Encoder(model.encoding)
        self._layers = [(np.array(of.weights), np.array(of.biases)) for of in model.layers]

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return scores between 0 and 1, shape (n,), of features of shape (n, inputs)."""
        starts = range(0, len(features), BATCH)
        batches = [self._predict(features[start : start + BATCH]) for start in starts]
        return np.concatenate([np.empty(0), *batches])

    def _predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        *hidden, last = self._layers
        given = self._encoder.vectors(features)
        for layer in hidden:
            given = logistic(_outputs(given, *layer))
        good, bad = _outputs(given, *last).T
        return logistic(bad - good)


def _outputs(
    given: NDArray[np.float64], weights: NDArray[np.float64], biases: NDArray[np.float64]
) -> NDArray[np.float64]:
    # Each row by itself, as a matrix product's last bits hang on how many rows there are.
    return (given[:, None, :] * weights).sum(axis=2) + biases


def _check_layers(model: NetworkText) -> None:
    units = [model.encoding.width, *(len(layer.biases) for layer in model.layers)]
    must(len(units) > 1 and units[-1] == CLASSES, "the last layer must have two outputs")
    for layer, (given, made) in zip(model.layers, pairwise(units), strict=True):
        widths = {len(row) for row in layer.weights}
        fits = made > 0 and len(layer.weights) == made and widths == {given}
        must(fits, f"a layer of {made} units over {given} must have {made} x {given} weights")
