"""Applications as clients send them, column by column: a pool of ordinary ones, and draws."""

import json
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from risk_platform.contract.column import Column, DType
from risk_platform.features.definitions import INPUTS
from risk_platform.features.parse import Columns

Values = NDArray[np.float64] | NDArray[np.object_]
Applications = Mapping[str, Values]
"""By the contract's names, all of one length; NaN and ``None`` are what nobody gave.

Numbers are ``float64``, whatever is sent as a text is an object: months are ``2018-06``.
"""

_WORDED = {DType.LABEL, DType.TEXT}
_MONTHS_PER_YEAR = 12


def applications_of(loans: Columns) -> Applications:
    """Return loans as clients would have applied for them; what no client could send is left out.

    Parameters
    ----------
    loans
        The columns that features read, as ``build_features`` takes them.
    """
    sent = {column.name: _as_sent(column, loans[column.name]) for column in INPUTS}
    readable = [_is_readable(column, loans[column.name]) for column in INPUTS]
    return taken(sent, np.flatnonzero(np.logical_and.reduce(readable)))


def size_of(applications: Applications) -> int:
    """Return how many there are."""
    return len(next(iter(applications.values())))


def taken(applications: Applications, rows: NDArray[np.integer]) -> Applications:
    """Return some of them, by their places."""
    return {name: values[rows] for name, values in applications.items()}


def drawn(pool: Applications, dice: np.random.Generator, count: int) -> Applications:
    """Draw applications of a pool, each whole, so that what belongs together stays together."""
    return taken(pool, dice.integers(size_of(pool), size=count))


def bodies(applications: Applications) -> Sequence[bytes]:
    """Return what is posted of each application: JSON without what nobody gave."""
    names = list(applications)
    rows = zip(*(applications[name].tolist() for name in names), strict=True)
    return [json.dumps(_given(names, row)).encode() for row in rows]


def _given(names: Sequence[str], row: Sequence[float | str | None]) -> dict[str, float | str]:
    each = zip(names, row, strict=True)
    # NaN is the only number that is not itself.
    return {name: value for name, value in each if value is not None and value == value}  # noqa: PLR0124


def _as_sent(column: Column, values: Values) -> Values:
    return _month_texts(values) if column.dtype is DType.MONTH else values


def _month_texts(months: Values) -> NDArray[np.object_]:
    texts = [None if np.isnan(month) else _month_text(int(month)) for month in months]
    return np.array(texts, dtype=np.object_)


def _month_text(months: int) -> str:
    year, month = divmod(months, _MONTHS_PER_YEAR)
    return f"{1970 + year}-{month + 1:02d}"


def _is_readable(column: Column, values: Values) -> NDArray[np.bool_]:
    """Tell which values the contract knows; nulls are among them."""
    if column.dtype in _WORDED:
        known = {None, *column.labels}
        return np.array([column.dtype is DType.TEXT or one in known for one in values], np.bool_)
    numbers = np.asarray(values, np.float64)
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    return np.isnan(numbers) | ((numbers >= low) & (numbers <= high))
