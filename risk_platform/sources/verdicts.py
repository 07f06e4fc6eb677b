"""What each raw record is: a loan, no loan at all, or a row to set aside with the reason."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from risk_platform.contract.column import Column, DType
from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.vintages import FIRST_MONTH, LAST_MONTH, month_name
from risk_platform.features.parse import TOO_LARGE, parse_value
from risk_platform.sources.files import REQUIRED

BLANK = "blank line"
NOTE = "note or footer"
NO_LOAN = (BLANK, NOTE)
# What LendingClub writes around its loans; any other lonely text is a damaged record.
NOTES = r"^\s*(Notes offered by|Total amount funded|Loans that do not meet)"

_FEW_VALUES = {DType.TERM, DType.EMP_LENGTH, DType.MONTH, DType.LABEL}
_NUMBERS = {DType.FLOAT, DType.INTEGER, DType.PERCENT}


def judge(records: pa.RecordBatch) -> pa.Array:
    """Return why each raw record is no loan or is set aside; null where it is a loan.

    The first rule that a record breaks is its reason: not a loan at all, a required value
    missing, a value that its column cannot hold, an issue month that no vintage covers.

    Parameters
    ----------
    records
        Columns of the contract as text, null where empty.
    """
    reason = _no_loan(records)
    for name in REQUIRED:
        reason = _first(reason, pc.is_null(records[name]), f"{name} is missing")
    for name in records.schema.names:
        column = BY_NAME[name]
        bad = _unreadable(column, records[name])
        if bad is not None:
            reason = _first(reason, bad, f"{name} is no {column.dtype.value}")
    reason = _first(reason, _bad_id(records["id"]), "id is no number")
    vintages = f"{month_name(FIRST_MONTH)} to {month_name(LAST_MONTH)}"
    outside = _outside_vintages(records["issue_d"])
    return _first(reason, outside, f"issue_d is outside {vintages}")


def _no_loan(records: pa.RecordBatch) -> pa.Array:
    filled = pa.array([0] * len(records), pa.int32())
    for values in records.columns:
        filled = pc.add(filled, pc.cast(pc.is_valid(values), pa.int32()))
    none = pa.nulls(len(records), pa.string())
    blank = pc.if_else(pc.equal(filled, 0), BLANK, none)
    lonely = pc.coalesce(*records.columns)
    is_note = pc.and_(pc.equal(filled, 1), pc.match_substring_regex(lonely, NOTES))
    return pc.if_else(pc.fill_null(is_note, fill_value=False), NOTE, blank)


def _first(reason: pa.Array, broken: pa.Array, why: str) -> pa.Array:
    return pc.if_else(pc.and_(pc.is_null(reason), broken), why, reason)


def _unreadable(column: Column, values: pa.Array) -> pa.Array | None:
    if column.dtype in _FEW_VALUES:
        return _by_distinct_value(values, lambda text: not _parses(column, text))
    if column.dtype in _NUMBERS and not _all_numbers(column, values):
        return _by_distinct_value(values, lambda text: not _parses(column, text))
    return None


def _all_numbers(column: Column, values: pa.Array) -> bool:
    """Whether a whole column reads as numbers at once, which is the rule and costs little."""
    texts = pc.utf8_trim(values, " ")
    if column.dtype is DType.PERCENT:
        texts = pc.replace_substring_regex(texts, "%$", "")
    try:
        numbers = pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        return False
    if column.dtype is DType.INTEGER:
        small = pc.less(pc.abs(numbers), TOO_LARGE)
        good = pc.and_(pc.equal(pc.floor(numbers), numbers), small)
    else:
        good = pc.is_finite(numbers)
    return pc.all(good).as_py() is not False


def _bad_id(ids: pa.Array) -> pa.Array:
    return pc.fill_null(pc.invert(pc.match_substring_regex(ids, r"^\s*\d+\s*$")), fill_value=False)


def _outside_vintages(months: pa.Array) -> pa.Array:
    def is_outside(text: str) -> bool:
        try:
            month = parse_value(BY_NAME["issue_d"], text)
        except ValueError:
            return True
        return not (isinstance(month, float) and FIRST_MONTH <= month <= LAST_MONTH)

    return _by_distinct_value(months, is_outside)


def _by_distinct_value(values: pa.Array, is_bad: Callable[[str], bool]) -> pa.Array:
    """Judge each distinct text once; null is never bad."""
    encoded = pc.dictionary_encode(values)
    bad = pa.array([is_bad(text) for text in encoded.dictionary.to_pylist()], pa.bool_())
    return pc.fill_null(bad.take(encoded.indices), fill_value=False)


def _parses(column: Column, text: str) -> bool:
    try:
        parse_value(column, text)
    except ValueError:
        return False
    return True
