"""Segments: groups of borrowers who were alike when they applied, and whom a borrower is of.

What was learnt elsewhere, on the training split, is kept here as data and applied without Java.
Segments describe; no probability of default hangs on them.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk_platform.scoring.rules import Rule, rule_from, rule_to

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How one feature is brought to the scale that all share.

    Parameters
    ----------
    name
        The feature.
    median
        What stands where it is unknown, in the feature's unit.
    low, high
        What lies beyond is drawn in to them.
    is_log
        Whether the logarithm of one plus the value counts: for amounts and counts, whose large
        values would outweigh everything else.
    mean, sd
        Of the training split's values after all of that; they become 0 and 1.
    """

    name: str
    median: float
    low: float
    high: float
    is_log: bool
    mean: float
    sd: float

    def __post_init__(self) -> None:
        """Refuse what would give no number.

        Raises
        ------
        ValueError
            A figure is not finite, or out of order.
        """
        figures = (self.median, self.low, self.high, self.mean, self.sd)
        in_order = self.low <= self.median <= self.high and self.sd > 0
        if not all(map(math.isfinite, figures)) or not in_order:
            raise ValueError(f"the scale of {self.name} must be finite and in order")
        if self.is_log and self.low <= -1:
            raise ValueError(f"{self.name} has no logarithm at {self.low:g}")


@dataclass(frozen=True, kw_only=True)
class Segments:
    """Segments of borrowers.

    Parameters
    ----------
    scales
        The features that are read, in their order.
    rule
        Which segment a borrower is of, on the common scale.
    names
        What each segment is called; the first is the largest.
    """

    scales: tuple[Scale, ...]
    rule: Rule
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse parts that do not belong together.

        Raises
        ------
        ValueError
            The rule is of other features or of another number of segments, or a name is missing.
        """
        if self.rule.shape != (len(self.names), len(self.scales)):
            raise ValueError(f"{len(self.names)} names do not go with {self.rule.shape}")
        if not all(self.names) or len({*self.names}) < len(self.names):
            raise ValueError("each segment has a name of its own")

    @property
    def inputs(self) -> tuple[str, ...]:
        """The features that are read, in their order."""
        return tuple(scale.name for scale in self.scales)

    def scaled(self, features: Floats) -> Floats:
        """Return features of shape (n, inputs) on the common scale; NaN counts as the median."""
        return apply_scales(self._figures, features)

    def assign(self, features: Floats) -> NDArray[np.int64]:
        """Return the place of each borrower's segment in ``names``, shape (n,).

        Parameters
        ----------
        features
            Shape (n, inputs), NaN where unknown.
        """
        return self.rule.assign(self.scaled(features))

    @cached_property
    def _figures(self) -> Floats:
        return scale_figures(self.scales)

    def to_json(self) -> str:
        """Return the segments as JSON, the same text for the same segments."""
        data = {
            "scales": [asdict(scale) for scale in self.scales],
            "rule": rule_to(self.rule),
            "names": self.names,
        }
        return json.dumps(data, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Segments":
        """Read what ``to_json`` wrote.

        Raises
        ------
        ValueError, TypeError, KeyError
            It is none: a part is missing, not finite, or does not go with the others.
        """
        data: Mapping[str, Any] = json.loads(text)
        return cls(
            scales=tuple(Scale(**scale) for scale in data["scales"]),
            rule=rule_from(data["rule"]),
            names=tuple(map(str, data["names"])),
        )


def scale_figures(scales: Sequence[Scale]) -> Floats:
    """Return scales as rows: medians, lows, highs, logarithm or not, means, deviations."""
    columns = [(s.median, s.low, s.high, float(s.is_log), s.mean, s.sd) for s in scales]
    return np.array(columns, dtype=np.float64).T


def apply_scales(figures: Floats, features: Floats) -> Floats:
    """Bring features of shape (n, inputs) to the common scale, each row by itself."""
    median, low, high, is_log, mean, sd = figures
    drawn_in = np.clip(np.where(np.isnan(features), median, features), low, high)
    logged = is_log > 0
    drawn_in[:, logged] = np.log1p(drawn_in[:, logged])
    return (drawn_in - mean) / sd
