"""Hardship plans and debt settlements: what was agreed once a loan was in trouble."""

from functools import partial

from risk_platform.contract.column import Block, Column, DType, Timing

_column = partial(Column, block=Block.HARDSHIP, known=Timing.OUTCOME)
# What most loans never come to.
_rare = partial(_column, may_lack=1)

# Types, reasons and statuses were free to grow after the file of 2018: those of 2020 are text.
# fmt: off
COLUMNS = (
    _column(name="hardship_flag", dtype=DType.LABEL, labels=("N", "Y"), about="Whether a hardship plan is in force"),
    _rare(name="hardship_type", dtype=DType.TEXT, about="Kind of hardship plan"),
    _rare(name="hardship_reason", dtype=DType.TEXT, about="Why the plan was asked for"),
    _rare(name="hardship_status", dtype=DType.TEXT, about="State of the plan: ACTIVE, BROKEN or COMPLETED"),
    _rare(name="deferral_term", dtype=DType.INTEGER, unit="months", low=0, high=60, about="Months for which payments are lowered"),
    _rare(name="hardship_amount", dtype=DType.FLOAT, unit="USD a month", low=0, high=2_000, about="Interest due each month of the plan"),
    _rare(name="hardship_start_date", dtype=DType.MONTH, about="Month in which the plan began"),
    _rare(name="hardship_end_date", dtype=DType.MONTH, about="Month in which the plan ends"),
    _rare(name="payment_plan_start_date", dtype=DType.MONTH, about="Month of the first payment of the plan"),
    _rare(name="hardship_length", dtype=DType.INTEGER, unit="months", low=0, high=60, about="Length of the plan"),
    _rare(name="hardship_dpd", dtype=DType.INTEGER, unit="days", low=0, high=180, about="Days past due when the plan began"),
    _rare(name="hardship_loan_status", dtype=DType.TEXT, about="Status of the loan when the plan began"),
    _rare(name="orig_projected_additional_accrued_interest", dtype=DType.FLOAT, unit="USD", low=0, high=10_000, about="Interest that the plan was expected to add"),
    _rare(name="hardship_payoff_balance_amount", dtype=DType.FLOAT, unit="USD", low=0, high=45_000, about="Balance to pay off when the plan began"),
    _rare(name="hardship_last_payment_amount", dtype=DType.FLOAT, unit="USD", low=0, high=5_000, about="Last payment before the plan"),
    _column(name="debt_settlement_flag", dtype=DType.LABEL, labels=("N", "Y"), about="Whether the borrower works with a settlement company"),
    _rare(name="debt_settlement_flag_date", dtype=DType.MONTH, about="Month in which that flag was last set"),
    _rare(name="settlement_status", dtype=DType.TEXT, about="State of the settlement: ACTIVE, COMPLETE or BROKEN"),
    _rare(name="settlement_date", dtype=DType.MONTH, about="Month in which the settlement was agreed"),
    _rare(name="settlement_amount", dtype=DType.FLOAT, unit="USD", low=0, high=40_000, about="Amount agreed in the settlement"),
    _rare(name="settlement_percentage", dtype=DType.PERCENT, unit="%", low=0, high=100, about="Agreed amount over the balance owed"),
    _rare(name="settlement_term", dtype=DType.INTEGER, unit="months", low=0, high=200, about="Months in which the settlement is paid"),
)
# fmt: on
