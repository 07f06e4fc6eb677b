"""The co-applicant of a joint application, and the two borrowers taken together."""

from functools import partial

from risk_platform.contract.blocks.borrower import VERIFIED, VERIFIED_SPELLINGS
from risk_platform.contract.column import Applicants, Block, Column, DType, Timing

_column = partial(
    Column, block=Block.CO_APPLICANT, known=Timing.APPLICATION, asked_of=Applicants.JOINT
)
_second = partial(_column, since="2017-03")

# fmt: off
COLUMNS = (
    _column(name="annual_inc_joint", dtype=DType.FLOAT, unit="USD a year", since="2015-11", low=0, high=11_000_000, about="Income of both borrowers together"),
    _column(name="dti_joint", dtype=DType.PERCENT, unit="%", since="2015-11", low=0, high=100, about="Debt payments of both borrowers over their income"),
    _column(name="verification_status_joint", dtype=DType.LABEL, since="2015-11", labels=VERIFIED, spellings=VERIFIED_SPELLINGS, aliases=("verified_status_joint",), may_lack=0.2, about="Whether the joint income was verified"),
    _second(name="revol_bal_joint", dtype=DType.FLOAT, unit="USD", low=0, high=3_000_000, about="Revolving balances of both borrowers"),
    _second(name="sec_app_fico_range_low", dtype=DType.INTEGER, unit="points", low=300, high=850, about="Lower end of the co-applicant's FICO range"),
    _second(name="sec_app_fico_range_high", dtype=DType.INTEGER, unit="points", low=300, high=850, about="Upper end of the co-applicant's FICO range"),
    _second(name="sec_app_earliest_cr_line", dtype=DType.MONTH, about="Month of the co-applicant's first credit line"),
    _second(name="sec_app_inq_last_6mths", dtype=DType.INTEGER, unit="count", low=0, high=30, about="Co-applicant's credit inquiries of the past 6 months"),
    _second(name="sec_app_mort_acc", dtype=DType.INTEGER, unit="count", low=0, high=60, about="Co-applicant's mortgage accounts"),
    _second(name="sec_app_open_acc", dtype=DType.INTEGER, unit="count", low=0, high=120, about="Co-applicant's open accounts"),
    _second(name="sec_app_revol_util", dtype=DType.PERCENT, unit="%", low=0, high=450, may_lack=0.05, about="Co-applicant's revolving balances over their limits"),
    _second(name="sec_app_open_act_il", dtype=DType.INTEGER, unit="count", low=0, high=80, about="Co-applicant's active instalment accounts"),
    _second(name="sec_app_num_rev_accts", dtype=DType.INTEGER, unit="count", low=0, high=160, about="Co-applicant's revolving accounts"),
    _second(name="sec_app_chargeoff_within_12_mths", dtype=DType.INTEGER, unit="count", low=0, high=30, about="Co-applicant's charge-offs of the past 12 months"),
    _second(name="sec_app_collections_12_mths_ex_med", dtype=DType.INTEGER, unit="count", low=0, high=30, about="Co-applicant's collections of the past 12 months but medical ones"),
    _second(name="sec_app_mths_since_last_major_derog", dtype=DType.INTEGER, unit="months", low=0, high=250, may_lack=0.85, about="Months since the co-applicant was last 90 days late or worse"),
)
# fmt: on
