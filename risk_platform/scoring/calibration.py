"""Calibration: from a model's scores to probabilities of default that are true on average.

What is fitted elsewhere, on loans later than those of training, is applied here. Every form keeps
the order of the scores, so that no ranking changes.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Points need odds: no loan is certain.
LOWEST_PD, HIGHEST_PD = 1e-6, 1 - 1e-6

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Platt:
    """Straight in log-odds: PD = logistic(slope · logit(score) + intercept).

    Source: Platt, Probabilistic outputs for support vector machines, 1999; on log-odds as scores
    are probabilities already. Slope 1 and intercept 0 leave scores as they are.
    """

    slope: float = 1.0
    intercept: float = 0.0

    def apply(self, scores: Scores) -> Scores:
        """Return PDs, shape (n,)."""
        if (self.slope, self.intercept) == (1.0, 0.0):
            return np.clip(scores, LOWEST_PD, HIGHEST_PD)
        held = np.clip(scores, LOWEST_PD, HIGHEST_PD)
        odds = self.slope * np.log(held / (1 - held)) + self.intercept
        return np.clip(1 / (1 + np.exp(-odds)), LOWEST_PD, HIGHEST_PD)


@dataclass(frozen=True, slots=True)
class Isotonic:
    """Monotone and piecewise linear through knots; flat beyond the outermost.

    Parameters
    ----------
    scores, pds
        The knots, both rising.
    """

    scores: tuple[float, ...]
    pds: tuple[float, ...]

    @property
    def slope(self) -> float:
        """That of the scores as they are: a curve has none that holds for all of them."""
        return 1.0

    def apply(self, scores: Scores) -> Scores:
        """Return PDs, shape (n,)."""
        return np.clip(np.interp(scores, self.scores, self.pds), LOWEST_PD, HIGHEST_PD)


Calibration = Platt | Isotonic
UNCALIBRATED = Platt()


def calibration_to_json(calibration: Calibration) -> str:
    """Return a calibration as JSON, the same text for the same calibration."""
    return json.dumps({"kind": type(calibration).__name__.lower(), **asdict(calibration)}, indent=1)


def calibration_from_json(text: str) -> Calibration:
    """Read what ``calibration_to_json`` wrote.

    Raises
    ------
    ValueError
        It is none.
    """
    data: Mapping[str, Any] = json.loads(text)
    match data.get("kind"):
        case "platt":
            found = Platt(float(data["slope"]), float(data["intercept"]))
            if not (math.isfinite(found.slope) and math.isfinite(found.intercept)):
                raise ValueError("a calibration must be finite")
            return found
        case "isotonic":
            return _knots(data["scores"], data["pds"])
        case kind:
            raise ValueError(f"there is no calibration {kind!r}")


def _knots(scores: list[float], pds: list[float]) -> Isotonic:
    is_rising = all(np.all(np.diff(values) >= 0) for values in (scores, pds))
    if len(scores) != len(pds) or not scores or not is_rising or not np.isfinite(pds).all():
        raise ValueError("knots of a calibration must rise")
    return Isotonic(tuple(map(float, scores)), tuple(map(float, pds)))
