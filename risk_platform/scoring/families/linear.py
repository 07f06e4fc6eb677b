"""Logistic regression: log-odds that are a weighted sum of scaled columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_platform.scoring.families.encoding import Encoder, Encoding, logistic
from risk_platform.scoring.families.texts import STRICT, Number, from_text, must


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearText:
    """A logistic regression as data.

    Parameters
    ----------
    encoding
        From model inputs to scaled columns.
    coefficients
        One a column: log-odds for a standard deviation.
    intercept
        Log-odds of a loan that is average in everything.
    """

    encoding: Encoding
    coefficients: tuple[Number, ...]
    intercept: Number

    __pydantic_config__ = STRICT


class LinearModel:
    """A logistic regression that predicts.

    Parameters
    ----------
    text
        A ``LinearText`` as JSON.
    inputs
        The features that it must read, in their order.

    Raises
    ------
    UnreadableBundleError
        The text is none, or reads other features.
    """

    def __init__(self, text: str, inputs: tuple[str, ...]) -> None:
        model = from_text(LinearText, text)
        model.encoding.check(inputs)
        width = model.encoding.width
        must(len(model.coefficients) == width, f"there must be {width} coefficients")
        self._encoder = Encoder(model.encoding)
        self._coefficients = np.array(model.coefficients)
        self.base = model.intercept
        # Columns are scaled, so a coefficient is what a standard deviation does.
        self.importance = self._encoder.by_input(np.abs(self._coefficients)[None])[0]

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return scores between 0 and 1, shape (n,), of features of shape (n, inputs)."""
        # A sum over each row by itself: a matrix product adds up otherwise for one loan than for
        # many, and the last bits differ.
        return logistic(self._terms(features).sum(axis=1) + self.base)

    def contributions(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each input adds to ``base`` in log-odds, shape (n, inputs).

        ``base`` is the loan that is average in everything; the terms of the sum are their own
        Shapley values.
        """
        return self._encoder.by_input(self._terms(features))

    def _terms(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._encoder.vectors(features) * self._coefficients
