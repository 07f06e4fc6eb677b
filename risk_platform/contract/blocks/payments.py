"""Payments: what happened to the money after funding; no model may look."""

from functools import partial

from risk_platform.contract.column import Block, Column, DType, Timing

_column = partial(Column, block=Block.PAYMENTS, known=Timing.OUTCOME)

# The latest FICO range is 0 to 499 where the score is below 500, and 0 to 0 where there is none.
# fmt: off
COLUMNS = (
    _column(name="pymnt_plan", dtype=DType.LABEL, labels=("n", "y"), about="Whether a payment plan was set up"),
    _column(name="out_prncp", dtype=DType.FLOAT, unit="USD", low=0, high=40_000, about="Principal that is still owed"),
    _column(name="out_prncp_inv", dtype=DType.FLOAT, unit="USD", low=0, high=40_000, about="Investors' part of the principal still owed"),
    _column(name="total_pymnt", dtype=DType.FLOAT, unit="USD", low=0, high=80_000, about="All that was received so far"),
    _column(name="total_pymnt_inv", dtype=DType.FLOAT, unit="USD", low=0, high=80_000, about="All that investors received so far"),
    _column(name="total_rec_prncp", dtype=DType.FLOAT, unit="USD", low=0, high=40_000, about="Principal received so far"),
    _column(name="total_rec_int", dtype=DType.FLOAT, unit="USD", low=0, high=40_000, about="Interest received so far"),
    _column(name="total_rec_late_fee", dtype=DType.FLOAT, unit="USD", low=0, high=3_000, about="Late fees received so far"),
    _column(name="recoveries", dtype=DType.FLOAT, unit="USD", low=0, high=50_000, about="Recovered after the charge-off, before fees"),
    _column(name="collection_recovery_fee", dtype=DType.FLOAT, unit="USD", low=0, high=10_000, about="Collection fee on what was recovered"),
    _column(name="last_pymnt_d", dtype=DType.MONTH, may_lack=1, about="Month of the last payment"),
    _column(name="last_pymnt_amnt", dtype=DType.FLOAT, unit="USD", low=0, high=50_000, may_lack=1, about="Amount of the last payment"),
    _column(name="next_pymnt_d", dtype=DType.MONTH, may_lack=1, about="Month in which the next payment is due"),
    _column(name="last_credit_pull_d", dtype=DType.MONTH, about="Month of the latest credit report"),
    _column(name="last_fico_range_high", dtype=DType.INTEGER, unit="points", low=300, high=850, nulls=("0",), about="Upper end of the latest FICO range"),
    _column(name="last_fico_range_low", dtype=DType.INTEGER, unit="points", low=300, high=850, nulls=("0",), may_lack=0.1, about="Lower end of the latest FICO range; a score below 500 has none"),
)
# fmt: on
