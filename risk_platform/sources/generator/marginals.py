"""What the generator knows of real loans: aggregates, and how a normal score becomes a value.

Every column has a normal score; its quantiles by issue year turn the score into a value. Scores of
different columns are correlated, so that their values are (a Gaussian copula).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = "statistics.json"
PROBABILITIES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)
# Issue years with quantiles of their own; earlier years take the first, later ones the last.
EPOCHS = tuple(range(2011, 2019))
# Normal scores that stand for the least and the greatest value that was seen.
_LEAST, _MOST = -3.6, 3.6

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Marginal:
    """One column's values against normal scores, by epoch.

    Parameters
    ----------
    scores, values
        Knots, one pair of arrays for each epoch; the line between them is followed.
    zero_below
        Scores below which the value is 0, by epoch.
    """

    scores: tuple[Floats, ...]
    values: tuple[Floats, ...]
    zero_below: Floats

    def at(self, score: Floats, epoch: Ints) -> Floats:
        """Return the values of normal scores, each read in its epoch."""
        value = np.empty_like(score)
        for number in np.unique(epoch):
            here = epoch == number
            value[here] = np.interp(score[here], self.scores[number], self.values[number])
        return np.where(score <= self.zero_below[epoch], 0.0, value)


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels in order, and the normal scores at which each gives way to the next, by epoch."""

    labels: tuple[str, ...]
    bounds: Floats

    def at(self, score: Floats, epoch: Ints) -> Ints:
        """Return the position of each score's label."""
        return np.sum(score[:, None] > self.bounds[epoch], axis=1)


@dataclass(frozen=True, slots=True)
class Statistics:
    """All that was measured on real loans; ``calibrate`` says how.

    Parameters
    ----------
    numbers, labels
        By column.
    missing
        By column: scores above which a value is missing, by epoch.
    correlated, correlations
        Columns of the copula, and the correlations of their normal scores.
    first_month, volumes
        Month of the first loan, and shares of loans in the months that follow.
    rates
        Interest by issue year (rows, from 2007) and sub-grade, in % a year.
    """

    numbers: Mapping[str, Marginal]
    labels: Mapping[str, Labels]
    missing: Mapping[str, Floats]
    correlated: tuple[str, ...]
    correlations: Floats
    first_month: str
    volumes: Floats
    rates: Floats


def epoch_of(year: Ints) -> Ints:
    """Return the position of each issue year's epoch."""
    return np.clip(year, EPOCHS[0], EPOCHS[-1]) - EPOCHS[0]


@cache
def load_statistics() -> Statistics:
    """Read the statistics that come with the package."""
    text = resources.files("risk_platform.sources.generator").joinpath(FILE).read_text("utf-8")
    measured: dict[str, Any] = json.loads(text)
    numbers = {name: _marginal(**one) for name, one in measured["numbers"].items()}
    history = [measured["history_months"]] * len(EPOCHS)
    numbers["credit_hist_months"] = _marginal([0.0] * len(EPOCHS), history)
    correlations = measured["correlations"]
    return Statistics(
        numbers=numbers,
        labels={name: _labels(**one) for name, one in measured["labels"].items()},
        missing={name: _scores(1 - np.array(p)) for name, p in measured["missing"].items()},
        correlated=tuple(correlations["columns"]),
        correlations=_symmetric(correlations["lower"]),
        first_month=measured["volumes"]["first"],
        volumes=np.array(measured["volumes"]["shares"]),
        rates=np.array([measured["rates"][year] for year in sorted(measured["rates"])]),
    )


def _marginal(zeros: list[float], knots: list[list[float]]) -> Marginal:
    scores, values = [], []
    for zero, known in zip(zeros, knots, strict=True):
        above = [p for p in PROBABILITIES if p > zero]
        scores.append(_scores(np.array([zero, *above])))
        values.append(np.array([0.0 if zero else known[0], *known[len(known) - len(above) :]]))
    share = np.array(zeros)
    return Marginal(tuple(scores), tuple(values), np.where(share > 0, _scores(share), -np.inf))


def _labels(labels: list[str], shares: list[list[float]]) -> Labels:
    total = np.cumsum(np.array(shares), axis=1)
    return Labels(tuple(labels), _scores(total[:, :-1] / total[:, -1:]))


def _scores(probability: Floats) -> Floats:
    """Return normal scores, clipped to those of the least and greatest values."""
    normal = NormalDist()
    score = [normal.inv_cdf(min(max(p, 1e-9), 1 - 1e-9)) for p in probability.ravel()]
    return np.clip(score, _LEAST, _MOST).reshape(probability.shape)


def _symmetric(lower: list[list[float]]) -> Floats:
    matrix = np.zeros((len(lower), len(lower)))
    for i, row in enumerate(lower):
        matrix[i, : i + 1] = matrix[: i + 1, i] = row
    return matrix
