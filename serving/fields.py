"""The fields of an application: how each is read and described, derived from the contract."""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import MappingProxyType

from risk_platform.contract.column import Column, DType, Timing
from risk_platform.contract.columns import LOANS
from risk_platform.features.parse import Value, null_numbers, parse_value

Scalar = float | str | bool | None
Read = Callable[[Scalar], Value]

# No field of an application is longer than what a borrower may write about the loan.
LONGEST_TEXT = 10_000
# Months, terms and labels are short. So many of each are remembered, which is bounded memory.
_LONGEST_WORD, _REMEMBERED = 64, 1_024

_NUMBERS = frozenset({DType.FLOAT, DType.INTEGER, DType.PERCENT})
_NUMBERS_OR_WORDS = frozenset({DType.TERM, DType.EMP_LENGTH})

# What is known only after funding cannot be part of an application.
ACCEPTED = tuple(column for column in LOANS if column.known is not Timing.OUTCOME)


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
        return partial(_number, column, *_span(column), null_numbers(column))
    if column.dtype is DType.TEXT:
        return partial(_text, column)
    remembered = lru_cache(_REMEMBERED)(partial(_word_value, column))
    return partial(_word, remembered, column.dtype in _NUMBERS_OR_WORDS)


def _number(
    column: Column, low: float, high: float, nulls: tuple[float, ...], raw: Scalar
) -> Value:
    # A number needs no parsing: JSON's own is what `float` makes of the same digits.
    if type(raw) is not float:
        if raw is None:
            return None
        raise ValueError(column.name)
    if raw in nulls:
        return None
    if not low <= raw <= high or (column.dtype is DType.INTEGER and not raw.is_integer()):
        raise ValueError(column.name)
    return raw


def _text(column: Column, raw: Scalar) -> Value:
    if raw is None:
        return None
    # PostgreSQL has no text with a NUL in it.
    if type(raw) is not str or len(raw) > LONGEST_TEXT or "\0" in raw:
        raise ValueError(column.name)
    return parse_value(column, raw)


def _word(remembered: Read, may_be_number: bool, raw: Scalar) -> Value:  # noqa: FBT001
    if raw is None:
        return None
    if type(raw) is str:
        if len(raw) > _LONGEST_WORD:
            raise ValueError("too long")
    elif type(raw) is not float or not may_be_number:
        raise ValueError("of a wrong type")
    return remembered(raw)


def _word_value(column: Column, raw: float | str) -> Value:
    value = parse_value(column, raw)
    low, high = _span(column)
    if isinstance(value, float) and not low <= value <= high:
        raise ValueError(column.name)
    return value


def _span(column: Column) -> tuple[float, float]:
    low, high = column.low, column.high
    return -math.inf if low is None else low, math.inf if high is None else high


READERS: Mapping[str, Read] = MappingProxyType({of.name: _reader(of) for of in ACCEPTED})
