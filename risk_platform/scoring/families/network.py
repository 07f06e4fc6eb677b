"""Multilayer perceptron: sigmoid layers over scaled columns, and two outputs made into one PD."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from risk_platform.scoring.families.encoding import Encoder, Encoding, logistic
from risk_platform.scoring.families.quadrature import gauss_legendre
from risk_platform.scoring.families.texts import STRICT, Number, from_text, must

CLASSES = 2
# Points of the integral over the way from the average loan. Sigmoids are smooth: on networks that
# were fitted to loans, what 64 points leave unexplained is below 1e-9 of log-odds.
POINTS = 64
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
        average = np.zeros((1, model.encoding.width))
        self.base = float(_difference(self._outputs(average)[-1])[0])
        self.importance = self._encoder.by_input(self._reach()[None])[0]
        self._rule = gauss_legendre(2 * POINTS - 1)

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return scores between 0 and 1, shape (n,), of features of shape (n, inputs)."""
        starts = range(0, len(features), BATCH)
        batches = [self._predict(features[start : start + BATCH]) for start in starts]
        return np.concatenate([np.empty(0), *batches])

    def contributions(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each input adds to ``base`` in log-odds, shape (n, inputs).

        They are integrated gradients on the straight way from the loan that is average in
        everything: of the ways to share out a network that need its gradients alone, the one whose
        shares add up. Source: Sundararajan et al., Axiomatic attribution for deep networks, 2017.
        """
        vectors = self._encoder.vectors(features)
        gradients = [self._mean_gradient(vector) for vector in vectors]
        return self._encoder.by_input(vectors * np.reshape(gradients, vectors.shape))

    def _predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        return logistic(_difference(self._outputs(self._encoder.vectors(features))[-1]))

    def _outputs(self, vectors: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Return what each layer gives: sigmoids, and the two outputs at last."""
        *hidden, last = self._layers
        outputs: list[NDArray[np.float64]] = []
        given = vectors
        for layer in hidden:
            given = logistic(_weighed(given, *layer))
            outputs.append(given)
        return [*outputs, _weighed(given, *last)]

    def _mean_gradient(self, vector: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the gradient of the log-odds by each column, on average over the way to a loan."""
        *hidden, _ = self._outputs(self._rule.points[:, None] * vector)
        *below, last = (weights for weights, _ in self._layers)
        gradients = np.tile(last[1] - last[0], (POINTS, 1))
        for weights, given in zip(reversed(below), reversed(hidden), strict=True):
            slopes = gradients * given * (1 - given)
            # No product of matrices: for one loan, its threads would wait longer than they work.
            gradients = np.einsum("pu,uc->pc", slopes, weights)
        return np.einsum("p,pc->c", self._rule.weights, gradients)

    def _reach(self) -> NDArray[np.float64]:
        """Return how strongly each column is tied to the outputs, over all ways through the units.

        Source: Gevrey et al., Review and comparison of methods to study the contribution of
        variables in artificial neural network models, 2003 (connection weights, here absolute).
        """
        *below, last = (weights for weights, _ in self._layers)
        reach = np.abs(last[1] - last[0])
        for weights in reversed(below):
            reach = reach @ np.abs(weights)
        return reach


def _difference(outputs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log-odds of default: by how much its output is above the other."""
    good, bad = outputs.T
    return bad - good


def _weighed(
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
