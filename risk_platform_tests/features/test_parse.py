"""Raw text becomes the value that it stands for, or a clear refusal."""

import math

import pytest

from risk_platform.contract.columns import BY_NAME
from risk_platform.features.parse import parse_months, parse_value

DECEMBER_2011 = float((2011 - 1970) * 12 + 11)


@pytest.mark.parametrize(
    "text",
    ["Dec-2011", "2011-12-01", "2011-12", "20111201T000000", "Dec-11", "11-Dec", "DEC-2011"],
)
def test_every_spelling_of_a_month_means_the_same_month(text: str) -> None:
    """Seven ways to write December 2011 give one number."""
    assert parse_months(text) == DECEMBER_2011


@pytest.mark.parametrize(
    ("text", "year"), [("Jan-62", 1962), ("Jan-20", 2020), ("Jan-21", 1921), ("1-Jan", 2001)]
)
def test_a_short_year_is_of_the_century_in_which_it_can_lie(text: str, year: int) -> None:
    """Credit lines reach back beyond 1970, and no loan is later than 2020."""
    assert parse_months(text) == (year - 1970) * 12


@pytest.mark.parametrize("text", ["2011-13-01", "Dez-2011", "2011", "soon", "", "13-2011"])
def test_what_is_no_month_is_refused(text: str) -> None:
    """A thirteenth month, another language and a bare year are errors, not nulls."""
    with pytest.raises(ValueError, match=r".*"):
        parse_months(text)


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        ("term", " 36 months", 36.0),
        ("term", 60, 60.0),
        ("int_rate", " 13.75%", 13.75),
        ("int_rate", "10.65", 10.65),
        ("emp_length", "10+ years", 10.0),
        ("emp_length", "< 1 year", 0.0),
        ("emp_length", "1 year", 1.0),
        ("emp_length", "n/a", None),
        ("dti", "999", None),
        ("dti", "999.0", None),
        ("dti", 17.3, 17.3),
        ("annual_inc", " 60000.0 ", 60_000.0),
        ("application_type", "INDIVIDUAL", "Individual"),
        ("verification_status", "VERIFIED - income source", "Source Verified"),
        ("home_ownership", "RENT ", "RENT"),
        ("emp_title", "  Baker ", "Baker"),
        ("emp_title", "Cafe\u0301 owner", "Caf\u00e9 owner"),
        ("emp_title", "\u0410ccountant", "\u0410ccountant"),
        ("open_acc", "", None),
        ("open_acc", None, None),
    ],
)
def test_a_raw_value_means_what_lendingclub_meant(
    column: str, raw: object, value: float | str | None
) -> None:
    """D13, D15: blanks, percent signs, spellings and null marks are understood column by column."""
    assert parse_value(BY_NAME[column], raw) == value


@pytest.mark.parametrize(
    ("column", "raw"),
    [
        ("annual_inc", "sixty"),
        ("annual_inc", math.nan),
        ("annual_inc", "inf"),
        ("annual_inc", "1_000"),
        ("annual_inc", True),
        ("open_acc", "2.5"),
        ("term", "36 weeks"),
        ("home_ownership", "TENT"),
        ("issue_d", "32-Dec-2011"),
        ("emp_length", "ten years"),
    ],
)
def test_an_unreadable_value_is_refused_without_being_repeated(column: str, raw: object) -> None:
    """The message names the column; the value, which may be personal, is not in it."""
    with pytest.raises(ValueError, match=column) as refusal:
        parse_value(BY_NAME[column], raw)
    assert str(raw) not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("open_acc", "1e30"),
        ("open_acc", "9007199254740993"),
        ("term", "99999999999"),
        ("emp_length", "99999999999 years"),
        ("earliest_cr_line", "0000-05"),
        ("earliest_cr_line", "1899-12"),
    ],
)
def test_what_no_table_could_hold_is_refused(name: str, text: str) -> None:
    """An absurd number is set aside on landing, before it stops the whole cleaning."""
    with pytest.raises(ValueError, match=f"{name} is no"):
        parse_value(BY_NAME[name], text)
