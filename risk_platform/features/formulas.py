"""The arithmetic that features are made of, as data: what is done to which columns.

A formula is worked out by ``features.plan``, together with all others. Every piece of arithmetic
works on arrays of any shape, element by element; NaN is unknown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

MONTHS_PER_YEAR = 12.0
PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What is done to several parts.

    Parameters
    ----------
    apply
        Arrays of one shape in, an array of that shape out.
    parts
        What it is applied to: formulas, columns by their names, constants.
    """

    apply: Callable[..., Numbers]
    parts: tuple["Formula | float", ...]


@dataclass(frozen=True, slots=True)
class Rank:
    """The place of a label in its order, from 1; a label outside it is unknown."""

    column: str
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a table, in pairs, says of a label; a label that it lacks is unknown."""

    column: str
    table: tuple[tuple[str, str], ...]


# A name is the column as it stands.
Formula = Arithmetic | Rank | LookUp | str


def look_up(name: str, table: Mapping[str, str]) -> LookUp:
    """Return what the table says of each label; a label that it lacks is unknown."""
    return LookUp(name, tuple(table.items()))


def ratio(over: Formula, under: Formula) -> Arithmetic:
    """Return one amount over another; unknown where the lower is not above zero."""
    return Arithmetic(_ratio, (over, under))


def months_between(earlier: str, later: str) -> Arithmetic:
    """Return months from one month to another; unknown where they stand in the wrong order."""
    return Arithmetic(_months, (earlier, later))


def mean_of(*names: str) -> Arithmetic:
    """Return the mean of columns, of those that are known."""
    return Arithmetic(_mean, names)


def first_known(preferred: str, other: str) -> Arithmetic:
    """Return a column, and another where it is unknown."""
    return Arithmetic(_first_known, (preferred, other))


def sum_of(one: Formula, other: Formula) -> Arithmetic:
    """Return the sum; unknown where a part is."""
    return Arithmetic(np.add, (one, other))


def lower_of(one: Formula, other: Formula) -> Arithmetic:
    """Return the lower of two; unknown where either is."""
    return Arithmetic(np.minimum, (one, other))


def scaled(part: Formula, factor: float) -> Arithmetic:
    """Return the part times a constant."""
    return Arithmetic(np.multiply, (part, factor))


def _ratio(above: Numbers, below: Numbers) -> Numbers:
    return above / np.where(below > 0, below, np.nan)


def _months(earlier: Numbers, later: Numbers) -> Numbers:
    between = later - earlier
    return np.where(between >= 0, between, np.nan)


def _mean(*parts: Numbers) -> Numbers:
    known = np.sum([~np.isnan(part) for part in parts], axis=0)
    return np.nansum(parts, axis=0) / np.where(known > 0, known, np.nan)


def _first_known(preferred: Numbers, other: Numbers) -> Numbers:
    return np.where(np.isnan(preferred), other, preferred)
