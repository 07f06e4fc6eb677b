"""The fields of an application: how each is read and described, derived from the contract.

``READERS`` say what each field may be. ``Fields`` is the same as far as a type can say it, for
msgspec to check while it reads: what it takes, readers take too, and make the same of.
"""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, defstruct

from risk_platform.contract.column import Column, DType, Timing
from risk_platform.contract.columns import LOANS
from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.features.parse import Value, null_numbers, parse_value

Scalar = float | str | bool | None
Read = Callable[[Scalar], Value]

# No field of an application is longer than what a borrower may write about the loan.
LONGEST_TEXT = 10_000
# Months, terms and labels are short. So many of each are remembered, which is bounded memory.
_LONGEST_WORD, _REMEMBERED = 64, 1_024

_NUMBERS = frozenset({DType.FLOAT, DType.INTEGER, DType.PERCENT})
_NUMBERS_OR_WORDS = frozenset({DType.TERM, DType.EMP_LENGTH})

# What is known only after funding cannot be part of an application. What features read comes first,
# in the order in which it is scored.
_RANK = {name: rank for rank, name in enumerate(INPUT_COLUMNS)}
ACCEPTED = tuple(
    sorted(
        (column for column in LOANS if column.known is not Timing.OUTCOME),
        key=lambda column: _RANK.get(column.name, len(_RANK)),
    )
)

_WANTED = {
    DType.FLOAT: "a number{span}",
    DType.PERCENT: "a number{span}",
    DType.INTEGER: "a whole number{span}",
    DType.TERM: "months{span}, such as 36 or '36 months'",
    DType.EMP_LENGTH: "years{span}, such as 3, '< 1 year' or '10+ years'",
    DType.MONTH: "a month, such as '2018-06' or 'Jun-2018'",
    DType.LABEL: "one of: {labels}",
    DType.TEXT: f"a text of at most {LONGEST_TEXT:,} characters, none of them NUL",
}


def _expected(column: Column) -> str:
    """Say what a field must be: the one sentence of all that can be wrong with it."""
    span = "" if column.low is None else f" from {column.low:,g} to {column.high:,g}"
    wanted = _WANTED[column.dtype].format(span=span, labels=", ".join(column.labels))
    return f"expected {wanted}"


EXPECTED: Mapping[str, str] = MappingProxyType({of.name: _expected(of) for of in ACCEPTED})


def _reader(column: Column) -> Read:
    """Return what reads a field: like ``parse_value``, but strict about JSON's types.

    It raises ``ValueError`` where the value is none of the column's.
    """
    if column.dtype in _NUMBERS:
        return _number_reader(column)
    return _text_reader(column) if column.dtype is DType.TEXT else _word_reader(column)


def _number_reader(column: Column) -> Read:
    # A number needs no parsing: JSON's own is what `float` makes of the same digits. Sixty of
    # these are called for an application, so they hold all they need.
    (low, high), nulls = _span(column), null_numbers(column)
    is_any = column.dtype is not DType.INTEGER

    def read(raw: Scalar) -> Value:
        if type(raw) is float:
            if raw in nulls:
                return None
            if low <= raw <= high and (is_any or raw.is_integer()):
                return raw
        elif raw is None:
            return None
        raise ValueError(column.name)

    return read


def _text_reader(column: Column) -> Read:
    def read(raw: Scalar) -> Value:
        if raw is None:
            return None
        # PostgreSQL has no text with a NUL in it.
        if type(raw) is str and len(raw) <= LONGEST_TEXT and "\0" not in raw:
            return parse_value(column, raw)
        raise ValueError(column.name)

    return read


def _word_reader(column: Column) -> Read:
    low, high = _span(column)
    may_be_number = column.dtype in _NUMBERS_OR_WORDS

    @lru_cache(_REMEMBERED)
    def parsed(raw: float | str) -> Value:
        value = parse_value(column, raw)
        if isinstance(value, float) and not low <= value <= high:
            raise ValueError(column.name)
        return value

    def read(raw: Scalar) -> Value:
        if type(raw) is str and len(raw) <= _LONGEST_WORD:
            return parsed(raw)
        if raw is None:
            return None
        if type(raw) is float and may_be_number:
            return parsed(raw)
        raise ValueError(column.name)

    return read


def _span(column: Column) -> tuple[float, float]:
    low, high = column.low, column.high
    return -math.inf if low is None else low, math.inf if high is None else high


# A plain dict: what makes it read-only would take a tenth of the time of reading.
READERS: Mapping[str, Read] = {of.name: _reader(of) for of in ACCEPTED}


def _type(column: Column) -> Any:  # noqa: ANN401 - a type that is made at run time
    """Return what JSON a field may be, as narrow as a type can say it."""
    if column.dtype not in _NUMBERS:
        return float | str | None if column.dtype in _NUMBERS_OR_WORDS else str | None
    steps = 1.0 if column.dtype is DType.INTEGER else None
    meta = Meta(ge=column.low, le=column.high, multiple_of=steps)
    return Annotated[float, meta] | None  # pyright: ignore[reportOperatorIssue]


def _is_plain(column: Column) -> bool:
    """Whether what a type lets pass is the value already."""
    low, high = _span(column)
    marks = null_numbers(column)
    return column.dtype in _NUMBERS and not any(low <= mark <= high for mark in marks)


Fields = defstruct(
    "Fields",
    [(of.name, _type(of) | UnsetType, UNSET) for of in ACCEPTED],
    forbid_unknown_fields=True,
)
# Of the others a reader makes the value: by their places in ``ACCEPTED``.
WORDED = tuple((at, READERS[of.name]) for at, of in enumerate(ACCEPTED) if not _is_plain(of))
