"""The borrower: work, home, income and debt burden, as stated or verified on application."""

from functools import partial

from risk_platform.contract.column import Block, Column, DType, Timing

_column = partial(Column, block=Block.BORROWER, known=Timing.APPLICATION)

# fmt: off
_STATES = ("AK", "AL", "AR", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "HI", "IA", "ID", "IL", "IN", "KS", "KY", "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MS", "MT", "NC", "ND", "NE", "NH", "NJ", "NM", "NV", "NY", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VA", "VT", "WA", "WI", "WV", "WY")
VERIFIED = ("Not Verified", "Source Verified", "Verified")
# Of 2014, and of `is_inc_v` in 2013.
VERIFIED_SPELLINGS = (("not verified", "Not Verified"), ("VERIFIED - income source", "Source Verified"), ("VERIFIED - income", "Verified"), ("FALSE", "Not Verified"), ("TRUE", "Verified"))

COLUMNS = (
    _column(name="emp_title", dtype=DType.TEXT, aliases=("emp_name",), may_lack=0.3, about="Job title as the borrower typed it; the employer before late 2013"),
    _column(name="emp_length", dtype=DType.EMP_LENGTH, unit="years", low=0, high=10, nulls=("n/a",), may_lack=0.2, about="Years in the job, 10 for ten and more"),
    _column(name="home_ownership", dtype=DType.LABEL, labels=("MORTGAGE", "RENT", "OWN", "ANY", "OTHER", "NONE"), about="Whether the borrower owns, rents or pays off the home"),
    _column(name="annual_inc", dtype=DType.FLOAT, unit="USD a year", low=0, high=11_000_000, about="Income that the borrower stated"),
    _column(name="verification_status", dtype=DType.LABEL, labels=VERIFIED, spellings=VERIFIED_SPELLINGS, aliases=("is_inc_v",), about="Whether the income, or its source, was verified"),
    _column(name="zip_code", dtype=DType.TEXT, about="First three digits of the postal code"),
    _column(name="addr_state", dtype=DType.LABEL, labels=_STATES, about="State of residence"),
    _column(name="dti", dtype=DType.PERCENT, unit="%", low=0, high=2_000, nulls=("999", "-1"), about="Monthly debt payments but mortgage and this loan, over monthly income"),
)
# fmt: on
