"""The loan itself: what was asked for, on which terms, and how it stands."""

from functools import partial

from risk_platform.contract.column import Block, Column, DType, Timing

_column = partial(Column, block=Block.LOAN)

# fmt: off
_GRADES = tuple("ABCDEFG")
_SUB_GRADES = tuple(f"{grade}{step}" for grade in _GRADES for step in range(1, 6))
_PURPOSES = ("debt_consolidation", "credit_card", "home_improvement", "other", "major_purchase", "medical", "small_business", "car", "moving", "vacation", "house", "wedding", "renewable_energy", "educational")
_COMMON_STATUSES = ("Fully Paid", "Charged Off", "Current", "In Grace Period", "Late (16-30 days)", "Late (31-120 days)")
# Loans that a later credit policy would have refused; files before 2015 have two blanks.
_OFF_POLICY = tuple(f"Does not meet the credit policy. Status:{status}" for status in _COMMON_STATUSES)
_OFF_POLICY_SPELLINGS = tuple((status.replace(". ", ".  "), status) for status in _OFF_POLICY)
_STATUSES = (*_COMMON_STATUSES, "Default", "Issued", *_OFF_POLICY)

# In 2016 some individual loans carry `DIRECT_PAY`, their way of disbursement, as their type.
_TYPE_SPELLINGS = (("INDIVIDUAL", "Individual"), ("JOINT", "Joint App"), ("DIRECT_PAY", "Individual"))

# Funded amounts are outcomes: they are known when investors have committed, after the decision.
COLUMNS = (
    _column(name="loan_amnt", dtype=DType.FLOAT, known=Timing.APPLICATION, unit="USD", low=500, high=40_000, about="Amount that the borrower asks for"),
    _column(name="funded_amnt", dtype=DType.FLOAT, known=Timing.OUTCOME, unit="USD", low=500, high=40_000, about="Amount that was lent in the end"),
    _column(name="funded_amnt_inv", dtype=DType.FLOAT, known=Timing.OUTCOME, unit="USD", low=0, high=40_000, about="Part of the loan that investors put up"),
    _column(name="term", dtype=DType.TERM, known=Timing.APPLICATION, unit="months", low=36, high=60, about="Number of monthly instalments"),
    _column(name="int_rate", dtype=DType.PERCENT, known=Timing.PRICING, unit="% a year", low=5, high=32, about="Interest rate that the lender set"),
    _column(name="installment", dtype=DType.FLOAT, known=Timing.PRICING, unit="USD a month", low=4, high=1_800, about="Monthly payment; with amount and term it gives the rate away"),
    _column(name="grade", dtype=DType.LABEL, known=Timing.PRICING, labels=_GRADES, about="Risk grade that the lender assigned, A the safest"),
    _column(name="sub_grade", dtype=DType.LABEL, known=Timing.PRICING, labels=_SUB_GRADES, about="Grade in five steps, A1 the safest of all"),
    _column(name="loan_status", dtype=DType.LABEL, known=Timing.OUTCOME, labels=_STATUSES, spellings=_OFF_POLICY_SPELLINGS, about="How the loan stood at the snapshot"),
    _column(name="desc", dtype=DType.TEXT, known=Timing.APPLICATION, until="2014-11", may_lack=1, about="What the borrower wrote about the loan"),
    _column(name="purpose", dtype=DType.LABEL, known=Timing.APPLICATION, labels=_PURPOSES, about="What the borrower wants the money for"),
    _column(name="title", dtype=DType.TEXT, known=Timing.APPLICATION, may_lack=0.15, about="Title that the borrower gave the loan"),
    _column(name="initial_list_status", dtype=DType.LABEL, known=Timing.PRICING, labels=("f", "w"), about="First listed for fractions (f) or for whole-loan buyers (w)"),
    _column(name="application_type", dtype=DType.LABEL, known=Timing.APPLICATION, labels=("Individual", "Joint App"), spellings=_TYPE_SPELLINGS, about="One borrower or two"),
    _column(name="disbursement_method", dtype=DType.LABEL, known=Timing.OUTCOME, labels=("Cash", "DirectPay"), about="Paid out in cash or straight to the borrower's creditors"),
)
# fmt: on
