"""Winsorising: numbers beyond outer quantiles of the training split are drawn in to them.

An error of entry cannot throw a model then, and the tail of real values stays where it is. Bounds
are learnt by ``spark.learn`` on the training split alone; here is what to learn, and the one
function that applies it to a table and to a single application.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from risk_platform.errors.protocols import WinsorizeError
from risk_platform.features.definitions import FEATURES, Kind

NUMBER_NAMES: tuple[str, ...] = tuple(f.name for f in FEATURES if f.kind is Kind.NUMBER)
# Half a per mille on either side: errors of entry go, the tail of real incomes stays.
LOWER_QUANTILE, UPPER_QUANTILE = 0.0005, 0.9995


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Where a number is cut.

    Parameters
    ----------
    low, high
        The values beyond which it is drawn in, in the feature's unit.
    lower, upper
        The quantiles of the training split that they are, 0 to 1.
    """

    low: float
    high: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Winsorizing:
    """Which features are to be cut, and at which quantiles of the training split.

    Parameters
    ----------
    quantiles
        Feature to its lower and upper quantile.
    """

    quantiles: Mapping[str, tuple[float, float]]

    def __or__(self, other: "Winsorizing") -> "Winsorizing":
        """Return both; where they name the same feature, the right one counts."""
        return Winsorizing(MappingProxyType({**self.quantiles, **other.quantiles}))


def winsorize(columns: Collection[str], lower: float, upper: float) -> Winsorizing:
    """Say that features are to be cut at two quantiles of the training split.

    ``winsorize(NUMBER_NAMES, 0.0005, 0.9995) | winsorize(["annual_inc"], 0, 0.99)`` cuts all
    alike but one.

    Parameters
    ----------
    columns
        Names of features that are numbers.
    lower, upper
        Quantiles, 0 to 1; 0 and 1 are the smallest and the largest value.

    Raises
    ------
    WinsorizeError
        The quantiles are out of order or outside 0 to 1, or a name is none of a number feature.
    """
    if not 0 <= lower < upper <= 1:
        asked = f"lower {lower:g} and upper {upper:g}"
        raise WinsorizeError(asked, "quantiles are 0 <= lower < upper <= 1")
    if unknown := sorted(set(columns) - set(NUMBER_NAMES)):
        raise WinsorizeError(", ".join(unknown), "not a feature that is a number")
    return Winsorizing(MappingProxyType(dict.fromkeys(columns, (lower, upper))))


def limits(names: Sequence[str], bounds: Mapping[str, Bounds]) -> NDArray[np.float64]:
    """Return lower and upper limits of features, a row each; infinite for those without bounds."""
    free = (-math.inf, math.inf)
    found = [(bounds[name].low, bounds[name].high) if name in bounds else free for name in names]
    return np.array(found, dtype=np.float64).T


def winsorized(
    values: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Draw values in to their limits; NaN stays NaN."""
    return np.clip(values, low, high)
