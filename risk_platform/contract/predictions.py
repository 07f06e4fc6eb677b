"""Stored predictions: what is kept of each judged loan, so that figures can be worked out anew.

The money of a loan is an outcome: it is joined to predictions here, and nowhere near a feature.
"""

from risk_platform.contract.columns import BY_NAME

SPLIT, OUTCOME, MONTHS_OBSERVED = "split", "outcome", "months_observed"
SUB_GRADE_RANK = "sub_grade_rank"
# Its number and name, as segments are told to people.
SEGMENT = "segment"
# Whether the loan's term had ended by the snapshot, however it ended: its money is complete.
IS_COMPLETE = "is_complete"

IDENTITY = ("id", "issue_d")
TERMS = ("grade", "sub_grade", "term", "loan_amnt", "int_rate", "installment")
MONEY = (
    "funded_amnt",
    "total_pymnt",
    "total_rec_prncp",
    "recoveries",
    "collection_recovery_fee",
)
# The safest sub-grade has rank 1.
SUB_GRADES = BY_NAME["sub_grade"].labels
