"""The arithmetic that features are made of: arrays in, one array out, NaN for unknown."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from risk_platform.features.parse import Columns

Numbers = NDArray[np.float64]
Labels = NDArray[np.object_]
Formula = Callable[[Columns], Numbers | Labels]

MONTHS_PER_YEAR = 12.0
PERCENT = 100.0


def numbers(columns: Columns, name: str) -> Numbers:
    """Return a column of numbers."""
    return np.asarray(columns[name], dtype=np.float64)


def column(name: str) -> Formula:
    """Return the column as it is."""
    return lambda columns: columns[name]


def rank(name: str, order: tuple[str, ...]) -> Formula:
    """Return the place of a label in its order, from 1; a label outside it is unknown."""
    places = {label: float(place) for place, label in enumerate(order, start=1)}

    def ranks(columns: Columns) -> Numbers:
        return np.array([places.get(label, np.nan) for label in columns[name]], dtype=np.float64)

    return ranks


def look_up(name: str, table: Mapping[str, str]) -> Formula:
    """Return what the table says of each label; a label that it lacks is unknown."""

    def found(columns: Columns) -> Labels:
        return np.array([table.get(label) for label in columns[name]], dtype=np.object_)

    return found


def ratio(over: Formula | str, under: Formula | str) -> Formula:
    """Return one amount over another; unknown where the lower is not above zero."""
    top, bottom = _formula(over), _formula(under)

    def ratios(columns: Columns) -> Numbers:
        below = np.asarray(bottom(columns), dtype=np.float64)
        above = np.asarray(top(columns), dtype=np.float64)
        return above / np.where(below > 0, below, np.nan)

    return ratios


def months_between(earlier: str, later: str) -> Formula:
    """Return months from one month to another; unknown where they stand in the wrong order."""

    def months(columns: Columns) -> Numbers:
        between = numbers(columns, later) - numbers(columns, earlier)
        return np.where(between >= 0, between, np.nan)

    return months


def mean_of(*names: str) -> Formula:
    """Return the mean of columns, of those that are known."""

    def means(columns: Columns) -> Numbers:
        table = np.stack([numbers(columns, name) for name in names])
        known = np.sum(~np.isnan(table), axis=0)
        return np.nansum(table, axis=0) / np.where(known > 0, known, np.nan)

    return means


def first_known(*names: str) -> Formula:
    """Return the first of the columns that is known."""

    def first(columns: Columns) -> Numbers:
        value = numbers(columns, names[-1])
        for name in reversed(names[:-1]):
            preferred = numbers(columns, name)
            value = np.where(np.isnan(preferred), value, preferred)
        return value

    return first


def sum_of(*parts: Formula | str) -> Formula:
    """Return the sum; unknown where a part is."""
    formulas = [_formula(part) for part in parts]

    def total(columns: Columns) -> Numbers:
        return np.sum([np.asarray(f(columns), dtype=np.float64) for f in formulas], axis=0)

    return total


def lower_of(left: Formula | str, right: Formula | str) -> Formula:
    """Return the lower of two; unknown where either is."""
    one, other = _formula(left), _formula(right)
    return lambda columns: np.minimum(
        np.asarray(one(columns), dtype=np.float64), np.asarray(other(columns), dtype=np.float64)
    )


def scaled(part: Formula | str, factor: float) -> Formula:
    """Return the part times a constant."""
    formula = _formula(part)
    return lambda columns: np.asarray(formula(columns), dtype=np.float64) * factor


def _formula(part: Formula | str) -> Formula:
    return column(part) if isinstance(part, str) else part
