"""Shapes: how a number's distribution differs from that of a reference.

Each explanation is tried: what it says is undone, and what is left of the distance tells how much
it explains.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from risk_platform.evaluation.drift.comparison import of_values
from risk_platform.evaluation.drift.counted import counted
from risk_platform.evaluation.drift.distances import Floats
from risk_platform.scoring.reference import NumberProfile

# Percent for shares, thousands for units, a year for a month.
FACTORS = tuple(sorted([10.0**power for power in range(-6, 7) if power] + [12.0, 1 / 12]))
# By how much the median may be off such a factor, as a factor itself; and what KS may be left.
_NEAR, _SAME = 1.25, 0.15
# An explanation explains what leaves at the most half of the distance.
_EXPLAINS = 0.5

Quartiles = tuple[float, float, float]


class Shape(StrEnum):
    """In what a distribution differs."""

    UNIT = "unit"
    LOCATION = "location"
    SPREAD = "spread"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How a number of a window differs from its reference.

    Parameters
    ----------
    shape
        In what.
    before, now
        Quartiles of the reference and of the window.
    factor
        By what it is multiplied where it is told in another unit; 1 elsewhere.
    """

    shape: Shape
    before: Quartiles
    now: Quartiles
    factor: float = 1.0


def change_of(profile: NumberProfile, values: NDArray[np.generic]) -> Change:
    """Say how a number differs from its reference; both know it of some loan.

    Parameters
    ----------
    profile
        The reference.
    values
        Of the window, shape (n,), NaN where unknown.
    """
    numbers = np.asarray(values, np.float64)
    known = numbers[~np.isnan(numbers)]
    before = profile.quartiles or (np.nan, np.nan, np.nan)
    low, middle, high = np.quantile(known, (0.25, 0.5, 0.75), method="inverted_cdf").tolist()
    now = (low, middle, high)
    if factor := _unit(profile, known, middle):
        return Change(shape=Shape.UNIT, before=before, now=now, factor=factor)
    return Change(shape=_moved(profile, known, now), before=before, now=now)


def _unit(profile: NumberProfile, known: Floats, middle: float) -> float | None:
    """Return the factor by which all values are off, if they are otherwise the same."""
    before = profile.quartiles[1] if profile.quartiles else 0.0
    if before * middle <= 0:
        return None
    ratio = middle / before
    near = [factor for factor in FACTORS if abs(np.log(ratio / factor)) <= np.log(_NEAR)]
    left = {factor: _left(profile, known / factor) for factor in near}
    best = min(left, key=left.__getitem__, default=None)
    return best if best and left[best] <= _SAME else None


def _moved(profile: NumberProfile, known: Floats, now: Quartiles) -> Shape:
    low, middle, high = profile.quartiles or now
    distance, width = _left(profile, known), now[2] - now[0]
    moved = [_left(profile, known - now[1] + middle)]
    if now[1] * middle > 0:
        moved.append(_left(profile, known * middle / now[1]))
    left = {Shape.LOCATION: min(moved)}
    if width > 0:
        left[Shape.SPREAD] = _left(profile, (known - now[1]) * (high - low) / width + now[1])
    best = min(left, key=left.__getitem__)
    return best if left[best] <= _EXPLAINS * distance else Shape.OTHER


def _left(profile: NumberProfile, values: Floats) -> float:
    """Return the KS between a reference and values."""
    return of_values(profile, counted(profile, values)).ks or 0.0
