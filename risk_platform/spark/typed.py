"""Raw text to typed Arrow arrays: the parser of ``features.parse`` at the speed of tables.

Landing judges with it and cleaning types with it, so that whatever was let in can be typed. What
is quick is done for a whole array at once; the rest asks the parser once for each distinct text.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from risk_platform.contract.column import Column, DType
from risk_platform.features.parse import (
    TOO_LARGE,
    Value,
    null_numbers,
    one_form,
    parse_value,
)

ARROW_TYPES: dict[DType, pa.DataType] = {
    DType.FLOAT: pa.float64(),
    DType.PERCENT: pa.float64(),
    DType.INTEGER: pa.int64(),
    DType.TERM: pa.int32(),
    DType.EMP_LENGTH: pa.int32(),
    DType.MONTH: pa.date32(),
    DType.LABEL: pa.string(),
    DType.TEXT: pa.string(),
}
# Percentages have few distinct texts, and a sign that would have to be cut off each.
_PLAIN_NUMBERS = {DType.FLOAT, DType.INTEGER}
# Most texts come again in the next batch.
REMEMBERED_TEXTS = 2**14
_WHOLE = {DType.INTEGER, DType.TERM, DType.EMP_LENGTH}


@dataclass(frozen=True, slots=True)
class Typed:
    """A column's values.

    Parameters
    ----------
    values
        Of the column's Arrow type; null where the text is empty, a null mark, or unreadable.
    bad
        Whether a text is none that the column can hold; ``None`` where all are.
    """

    values: pa.Array
    bad: pa.Array | None = None


def type_texts(column: Column, texts: pa.Array) -> Typed:
    """Read the raw texts of one column; null stays null and is never bad."""
    if column.dtype is DType.TEXT:
        return Typed(_trimmed(column, texts))
    if column.dtype in _PLAIN_NUMBERS:
        numbers = _numbers_at_once(column, texts)
        if numbers is not None:
            return Typed(numbers)
    return _by_distinct_text(column, texts)


def marked(texts: pa.Array, typed: Typed) -> pa.Array:
    """Return where a column's raw text was a mark such as 999; false elsewhere, never null.

    A mark is what was written, and read, and yet has no value.

    Parameters
    ----------
    texts
        The raw texts.
    typed
        What ``type_texts`` made of them.
    """
    lost = pc.and_(pc.is_null(typed.values), pc.is_valid(texts))
    if typed.bad is not None:
        lost = pc.and_not(lost, typed.bad)
    if not pc.any(lost).as_py():
        return lost
    written = pc.greater(pc.binary_length(pc.utf8_trim(texts, " ")), 0)
    return pc.and_(lost, pc.fill_null(written, fill_value=False))


def _trimmed(column: Column, texts: pa.Array) -> pa.Array:
    trimmed = _in_one_form(pc.utf8_trim(texts, " "))
    nothing = pa.array(["", *column.nulls], pa.string())
    return pc.if_else(pc.is_in(trimmed, nothing), pa.scalar(None, pa.string()), trimmed)


def _in_one_form(texts: pa.Array) -> pa.Array:
    """Let Python, whose Unicode the service has too, see the few texts that are not plain ASCII."""
    odd = pc.fill_null(pc.invert(pc.string_is_ascii(texts)), fill_value=False)
    if not pc.any(odd).as_py():
        return texts
    forms = [one_form(text) for text in texts.filter(odd).to_pylist()]
    return pc.replace_with_mask(texts, odd, pa.array(forms, pa.string()))


def _numbers_at_once(column: Column, texts: pa.Array) -> pa.Array | None:
    """Return all numbers if every text is a plain one, which is the rule and costs little."""
    try:
        numbers = pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        return None
    # A sum is finite only if all that it adds up is.
    if not math.isfinite(pc.sum(numbers).as_py() or 0):
        return None
    if column.dtype is DType.INTEGER and not _are_whole(numbers):
        return None
    marks = null_numbers(column)
    if marks:
        # To is_in, -0.0 is another number than 0.0; a sum of the two has no sign.
        is_mark = pc.is_in(pc.add(numbers, 0.0), pa.array(marks, pa.float64()))
        numbers = pc.if_else(is_mark, pa.scalar(None, pa.float64()), numbers)
    return pc.cast(numbers, ARROW_TYPES[column.dtype])


def _are_whole(numbers: pa.Array) -> bool:
    extremes = pc.min_max(numbers)
    if any(abs(extreme.as_py() or 0) >= TOO_LARGE for extreme in extremes.values()):
        return False
    return pc.all(pc.equal(pc.trunc(numbers), numbers)).as_py() is not False


def _by_distinct_text(column: Column, texts: pa.Array) -> Typed:
    encoded = pc.dictionary_encode(texts)
    read = [*map(_reading(column), encoded.dictionary.to_pylist())]
    values = _as_arrow(column, [value for value, _ in read]).take(encoded.indices)
    if all(readable for _, readable in read):
        return Typed(values)
    bad = pa.array([not readable for _, readable in read], pa.bool_())
    return Typed(values, pc.fill_null(bad.take(encoded.indices), fill_value=False))


@cache
def _reading(column: Column) -> Callable[[str], tuple[Value, bool]]:
    """Return what reads one text of a column, and says whether it can; it remembers the last."""

    @lru_cache(REMEMBERED_TEXTS)
    def read(text: str) -> tuple[Value, bool]:
        try:
            return parse_value(column, text), True
        except ValueError:
            return None, False

    return read


def _as_arrow(column: Column, values: Sequence[Value]) -> pa.Array:
    kind = ARROW_TYPES[column.dtype]
    if column.dtype is DType.MONTH:
        return pa.array([None if v is None else first_day(int(v)) for v in values], kind)
    if column.dtype in _WHOLE:
        return pa.array([None if v is None else int(v) for v in values], kind)
    return pa.array(values, kind)


def months_of(days: pa.Array) -> NDArray[np.float64]:
    """Return dates as months since January 1970; null is NaN."""
    months = days.to_numpy(zero_copy_only=False).astype("datetime64[M]")
    return np.where(np.isnat(months), np.nan, months.astype(np.int64))


def first_day(month: int) -> date:
    """Return the first day of a month counted from January 1970."""
    return date(1970 + month // 12, month % 12 + 1, 1)
