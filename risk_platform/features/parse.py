"""One raw text or JSON value to one typed value; the meaning of every spelling is decided here.

Numbers become ``float``; months become a count of months since January 1970, as ``float``; labels
become the contract's label; ``None`` means not given. ``spark.typed`` asks it for whole tables.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from risk_platform.contract.column import Column, DType

Value = float | str | None
Columns = Mapping[str, NDArray[np.float64] | NDArray[np.object_]]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# A two-digit year up to this one is of this century: no loan of LendingClub's was made later,
# and `Jan-62` is a credit line of 1962.
LAST_SHORT_YEAR = 20

# ASCII alone: SQL knows no other digits.
_ISO_MONTH = re.compile(r"(\d{4})-?(\d{2})(?:-?\d{2}(?:T[\d:.]*)?)?", re.ASCII)
_NAME_YEAR = re.compile(r"([A-Za-z]{3})-(\d{4}|\d{1,2})", re.ASCII)
_YEAR_NAME = re.compile(r"(\d{1,2})-([A-Za-z]{3})", re.ASCII)
_TERM = re.compile(r"(\d{1,3})(?:\.0+)?(?: months)?", re.ASCII)
_EMP_LENGTH = re.compile(r"(\d{1,3})(?:\.0+)?(?:\+? years?)?", re.ASCII)
# From here on a double no longer holds every whole number.
TOO_LARGE = 2**53
FIRST_YEAR, LAST_YEAR = 1900, 2100


def parse_value(column: Column, raw: object) -> Value:
    """Read one value of a column.

    Parameters
    ----------
    column
        The column of the contract that says how.
    raw
        A text as LendingClub writes it, a number, or ``None``.

    Returns
    -------
    float, str or None
        See the module; ``None`` where the text is empty or one of ``column.nulls``.

    Raises
    ------
    ValueError
        The value is none of the column's; the message names the column, not the value.
    """
    # Blanks alone, as SQL's trim: another space is damage, and to be seen.
    text = "" if raw is None else str(raw).strip(" ")
    if isinstance(raw, bool):
        raise _unreadable(column)
    if not text or text in column.nulls:
        return None
    value = _READERS[column.dtype](column, text)
    return None if _is_null_mark(column, value) else value


def parse_months(text: str) -> float:
    """Months since January 1970 of ``Dec-2011``, ``2011-12-01``, ``Dec-11`` or ``11-Dec``.

    Raises
    ------
    ValueError
        The text is no month.
    """
    if found := _ISO_MONTH.fullmatch(text):
        return _months(int(found[1]), int(found[2]))
    if found := _NAME_YEAR.fullmatch(text):
        return _months(_full_year(found[2]), _month_number(found[1]))
    if found := _YEAR_NAME.fullmatch(text):
        return _months(_full_year(found[1]), _month_number(found[2]))
    raise ValueError(text)


def parse_columns(
    columns: Sequence[Column], records: Sequence[Mapping[str, object]]
) -> dict[str, NDArray[np.float64] | NDArray[np.object_]]:
    """Read records into one array a column; what a record does not carry is null."""
    return {
        column.name: as_array(column, [parse_value(column, r.get(column.name)) for r in records])
        for column in columns
    }


def as_array(column: Column, values: Sequence[Value]) -> NDArray[np.float64] | NDArray[np.object_]:
    """Typed values as an array: float64 with NaN for null, or objects with ``None`` for null."""
    if column.dtype in {DType.LABEL, DType.TEXT}:
        return np.array(values, dtype=np.object_)
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)


def _number(column: Column, text: str) -> float:
    try:
        value = float(text.removesuffix("%") if column.dtype is DType.PERCENT else text)
    except ValueError:
        raise _unreadable(column) from None
    # `1_000` and digits of other scripts are numbers to Python and to nobody else.
    if not math.isfinite(value) or "_" in text or not text.isascii():
        raise _unreadable(column)
    if column.dtype is DType.INTEGER and not _is_whole(value):
        raise _unreadable(column)
    return value


def _is_whole(value: float) -> bool:
    return value.is_integer() and abs(value) < TOO_LARGE


def _term(column: Column, text: str) -> float:
    return _leading_number(column, _TERM.fullmatch(text))


def _emp_length(column: Column, text: str) -> float:
    if text == "< 1 year":
        return 0.0
    return _leading_number(column, _EMP_LENGTH.fullmatch(text))


def _leading_number(column: Column, found: re.Match[str] | None) -> float:
    if found is None:
        raise _unreadable(column)
    return float(found[1])


def _month(column: Column, text: str) -> float:
    try:
        return parse_months(text)
    except ValueError:
        raise _unreadable(column) from None


def _label(column: Column, text: str) -> str:
    label = dict(column.spellings).get(text, text)
    if label not in column.labels:
        raise _unreadable(column)
    return label


def _text(_: Column, text: str) -> str:
    return one_form(text)


def one_form(text: str) -> str:
    """Return a text in Unicode's form NFC: an accent is part of its letter, however it was typed.

    Letters of other scripts that look alike stay what they are.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text)


_READERS: Mapping[DType, Callable[[Column, str], float | str]] = {
    DType.FLOAT: _number,
    DType.INTEGER: _number,
    DType.PERCENT: _number,
    DType.TERM: _term,
    DType.EMP_LENGTH: _emp_length,
    DType.MONTH: _month,
    DType.LABEL: _label,
    DType.TEXT: _text,
}


def null_numbers(column: Column) -> tuple[float, ...]:
    """Return the numbers that mean "not given" in this column, such as 999 for ``dti``."""
    if column.dtype in {DType.LABEL, DType.TEXT, DType.MONTH}:
        return ()
    return tuple(float(mark) for mark in column.nulls if re.fullmatch(r"-?\d+(\.\d+)?", mark))


def _is_null_mark(column: Column, value: float | str) -> bool:
    return isinstance(value, float) and value in null_numbers(column)


def _months(year: int, month: int) -> float:
    if not 1 <= month <= len(MONTHS) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(year, month)
    return float((year - 1970) * 12 + month - 1)


def _month_number(name: str) -> int:
    return MONTHS.index(name.lower()) + 1


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == len("2011"):
        return year
    return year + (2000 if year <= LAST_SHORT_YEAR else 1900)


def _unreadable(column: Column) -> ValueError:
    return ValueError(f"{column.name} is no {column.dtype.value}")
