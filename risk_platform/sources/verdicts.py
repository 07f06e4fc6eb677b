"""Verdicts: what a raw record is, and why one that might have been a loan is set aside."""

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from risk_platform.contract.columns import BY_NAME, canonical_name
from risk_platform.contract.vintages import FIRST_MONTH, LAST_MONTH, month_name
from risk_platform.sources.header import REQUIRED
from risk_platform.spark.typed import first_day, type_texts

BLANK = "blank line"
NOTE = "note or footer"
HEADER = "repeated header"
NO_LOAN = (BLANK, NOTE, HEADER)
NO_TEXT = "a text is no UTF-8"
# What LendingClub writes around its loans; any other lonely text is a damaged record.
NOTES = re.compile(r"\s*(Notes offered by|Total amount funded|Loans that do not meet)")
# One way to write a number, and none that needs more than 64 bits.
LOAN_NUMBER = r"^ *[1-9]\d{0,17} *$"
# A borrower's own words about the loan are the longest text there is, and end far below this.
LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Judged:
    """Raw records, judged.

    Parameters
    ----------
    reasons
        Why each is no loan or is set aside; null where it is a loan.
    issued
        First day of the month of issue; of a loan never null.
    """

    reasons: pa.Array
    issued: pa.Array


def judge(records: pa.RecordBatch, fields: pa.RecordBatch) -> Judged:
    """Judge raw records.

    The first rule that a record breaks is its reason: not a loan at all, a required value
    missing, a value that its column cannot hold, an issue month that no vintage covers.

    Parameters
    ----------
    records
        Columns of the contract as text, null where empty.
    fields
        All that stands in the file, the columns that the contract does not have too.
    """
    reasons = _no_loan(records, fields)
    for name in REQUIRED:
        reasons = _first(reasons, _is_blank(records[name]), f"{name} is missing")
    for name in records.schema.names:
        column, texts = BY_NAME[name], records[name]
        typed = type_texts(column, texts)
        if typed.bad is not None:
            reasons = _first(reasons, typed.bad, f"{name} is no {column.dtype.value}")
        if (pc.max(pc.binary_length(texts)).as_py() or 0) > LONGEST_TEXT:
            too_long = pc.greater(pc.utf8_length(texts), LONGEST_TEXT)
            reasons = _first(
                reasons, too_long, f"{name} is longer than {LONGEST_TEXT:,} characters"
            )
    reasons = _first(reasons, _is_odd_number(records["id"]), "id is no number")
    issued = type_texts(BY_NAME["issue_d"], records["issue_d"]).values
    vintages = f"{month_name(FIRST_MONTH)} to {month_name(LAST_MONTH)}"
    return Judged(
        _first(reasons, _is_outside_vintages(issued), f"issue_d is outside {vintages}"), issued
    )


def why_malformed(text: str, fields: int, width: int) -> str:
    """Say what a record is that has another number of fields than the header."""
    if fields == 1 and not text.strip():
        return BLANK
    if fields == 1 and NOTES.match(text):
        return NOTE
    return f"has {fields} fields where the header has {width}"


def _no_loan(records: pa.RecordBatch, fields: pa.RecordBatch) -> pa.Array:
    """Look closer at the few records without an amount that is a number.

    A record is blank when all of it is: one of which only an unknown column is filled was a loan.
    """
    no_amount = pc.or_(
        pc.is_null(records["loan_amnt"]), pc.equal(records["loan_amnt"], "loan_amnt")
    )
    places = pc.indices_nonzero(pc.fill_null(no_amount, fill_value=True)).to_pylist()
    reasons: list[str | None] = [None] * len(records)
    for place in places:
        row = records.slice(place, 1).to_pylist()[0]
        filled = [text for text in row.items() if text[1] is not None]
        is_blank = not filled and not any(fields.slice(place, 1).to_pylist()[0].values())
        reasons[place] = BLANK if is_blank else _kind(filled) if filled else None
    return pa.array(reasons, pa.string())


def _kind(filled: list[tuple[str, str]]) -> str | None:
    if len(filled) == 1 and NOTES.match(filled[0][1]):
        return NOTE
    repeats = all(canonical_name(text.strip()) == name for name, text in filled)
    return HEADER if repeats else None


def _first(reasons: pa.Array, broken: pa.Array, why: str) -> pa.Array:
    """Give a reason to those that break a rule and have none yet; null breaks nothing."""
    if not pc.any(broken).as_py():
        return reasons
    return pc.if_else(
        pc.and_(pc.is_null(reasons), pc.fill_null(broken, fill_value=False)), why, reasons
    )


def _is_blank(texts: pa.Array) -> pa.Array:
    """Say which texts have nothing but blanks: typed they are as null as those that are empty."""
    return pc.fill_null(pc.ascii_is_space(texts), fill_value=True)


def _is_odd_number(ids: pa.Array) -> pa.Array:
    return pc.invert(pc.match_substring_regex(ids, LOAN_NUMBER))


def _is_outside_vintages(issued: pa.Array) -> pa.Array:
    first, last = pa.scalar(first_day(FIRST_MONTH)), pa.scalar(first_day(LAST_MONTH))
    return pc.or_(pc.less(issued, first), pc.greater(issued, last))
