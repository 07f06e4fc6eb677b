"""Raw text: numbers, months and labels in the forms of LendingClub's files, null where empty."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk_platform.sources.generator.applications import Bools
from risk_platform.sources.generator.marginals import Floats, Ints

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FIRST_YEAR, _YEARS = 1930, 120


def numbers_text(values: Floats) -> pa.Array:
    """Return numbers as ``11000.0`` or ``360.61``; NaN is null."""
    numbers = pa.array(values, pa.float64(), from_pandas=True)
    texts = pc.cast(numbers, pa.string())
    is_whole = pc.equal(pc.floor(numbers), numbers)
    return pc.if_else(is_whole, pc.binary_join_element_wise(texts, ".0", ""), texts)


def percents_text(values: Floats) -> pa.Array:
    """Return percentages as `` 10.65%``; NaN is null."""
    return pc.binary_join_element_wise(" ", numbers_text(values), "%", "")


def months_text(months: Ints, absent: Bools | None = None) -> pa.Array:
    """Return months since January 1970 as ``Dec-2011``."""
    position = np.clip(months - (_FIRST_YEAR - 1970) * 12, 0, len(_month_names()) - 1)
    return _taken(_month_names(), position, absent)


def labels_text(labels: Sequence[str], position: Ints, absent: Bools | None = None) -> pa.Array:
    """Return the label at each position."""
    return _taken(pa.array(labels, pa.string()), position, absent)


def csv_lines(columns: Sequence[pa.Array]) -> bytes:
    """Return rows as lines of CSV, quoted only where a text needs it, as LendingClub does.

    Arrow's own writer quotes every text.
    """
    quoted = [_quoted(texts) for texts in columns]
    quoted[-1] = pc.binary_join_element_wise(quoted[-1], "\n", "")
    lines = pc.binary_join_element_wise(*quoted, ",")
    return b"".join(line.as_buffer() for line in lines)


def _quoted(texts: pa.Array) -> pa.Array:
    doubled = pc.binary_join_element_wise('"', pc.replace_substring(texts, '"', '""'), '"', "")
    needs = pc.match_substring_regex(texts, '[,"\\n]')
    return pc.fill_null(pc.if_else(needs, doubled, texts), "")


def _taken(texts: pa.Array, position: Ints, absent: Bools | None) -> pa.Array:
    return texts.take(pa.array(position, pa.int64(), mask=absent))


@cache
def _month_names() -> pa.Array:
    years = range(_FIRST_YEAR, _FIRST_YEAR + _YEARS)
    return pa.array([f"{name}-{year}" for year in years for name in _NAMES])
