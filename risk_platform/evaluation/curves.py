"""Curves of a score: points to draw, or to log; thinned so that a document holds them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_curve

from risk_platform.evaluation.metrics import Outcomes, Scores

POINTS = 101


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line through points; ``x`` rises."""

    x: tuple[float, ...]
    y: tuple[float, ...]


def roc(outcomes: Outcomes, scores: Scores) -> Curve:
    """Return the share of defaulters above each score over that of payers above it."""
    payers, defaulters, _ = roc_curve(outcomes, scores)
    return _thinned(payers, defaulters)


def gain(outcomes: Outcomes, scores: Scores) -> Curve:
    """Return the share of all defaults over the share of loans, the riskiest first."""
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(outcomes[order]) / outcomes.sum()
    return _thinned(np.linspace(0, 1, len(order) + 1), np.concatenate([[0.0], found]))


def separation(outcomes: Outcomes, pd: Scores) -> Mapping[str, Curve]:
    """Return how many payers, and how many defaulters, have at most each PD: KS is the gap."""
    at = np.quantile(pd, np.linspace(0, 1, POINTS))
    shares = {"payers": pd[outcomes == 0], "defaulters": pd[outcomes == 1]}
    return {
        name: Curve(
            x=_floats(at), y=_floats(np.searchsorted(np.sort(of), at, side="right") / len(of))
        )
        for name, of in shares.items()
    }


def _thinned(x: NDArray[np.float64], y: NDArray[np.float64]) -> Curve:
    at = np.linspace(0, 1, POINTS)
    return Curve(x=_floats(at), y=_floats(np.interp(at, x, y)))


def _floats(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(map(float, values))
