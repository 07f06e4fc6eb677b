"""Applications written by hand, which every copy of a model must score the same."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from risk_platform.features.definitions import INPUTS
from risk_platform.features.parse import parse_columns

Application = Mapping[str, float | int | str | None]

_GOOD: Application = {
    "issue_d": "2018-06", "loan_amnt": 8_000, "term": 36, "int_rate": 6.08, "installment": 243.66,
    "grade": "A", "sub_grade": "A2", "emp_length": "10+ years", "home_ownership": "MORTGAGE",
    "annual_inc": 125_000, "verification_status": "Source Verified", "purpose": "credit_card",
    "addr_state": "MA", "dti": 9.4, "delinq_2yrs": 0, "earliest_cr_line": "1994-03",
    "fico_range_low": 780, "fico_range_high": 784, "inq_last_6mths": 0, "open_acc": 14,
    "pub_rec": 0, "revol_bal": 9_200, "revol_util": 11.2, "total_acc": 34,
    "initial_list_status": "w", "application_type": "Individual", "acc_open_past_24mths": 2,
    "bc_util": 9.0, "mort_acc": 3, "tot_cur_bal": 412_000, "tot_hi_cred_lim": 560_000,
    "total_bc_limit": 64_000, "num_tl_op_past_12m": 1, "pct_tl_nvr_dlq": 100,
    "percent_bc_gt_75": 0, "avg_cur_bal": 29_400, "bc_open_to_buy": 58_000,
}  # fmt: skip
_MIDDLING: Application = {
    "issue_d": "2018-06", "loan_amnt": 15_000, "term": 36, "int_rate": 13.56,
    "installment": 509.46, "grade": "C", "sub_grade": "C1", "emp_length": "4 years",
    "home_ownership": "RENT", "annual_inc": 62_000, "verification_status": "Not Verified",
    "purpose": "debt_consolidation", "addr_state": "TX", "dti": 19.8, "delinq_2yrs": 0,
    "earliest_cr_line": "2005-09", "fico_range_low": 690, "fico_range_high": 694,
    "inq_last_6mths": 1, "open_acc": 11, "pub_rec": 0, "revol_bal": 14_900, "revol_util": 52.4,
    "total_acc": 23, "initial_list_status": "w", "application_type": "Individual",
    "acc_open_past_24mths": 4, "bc_util": 61.0, "mort_acc": 0, "tot_cur_bal": 38_000,
    "tot_hi_cred_lim": 66_000, "total_bc_limit": 19_500, "num_tl_op_past_12m": 2,
    "pct_tl_nvr_dlq": 95, "percent_bc_gt_75": 33.3, "avg_cur_bal": 3_450, "bc_open_to_buy": 6_400,
}  # fmt: skip
_BAD: Application = {
    "issue_d": "2018-06", "loan_amnt": 30_000, "term": 60, "int_rate": 28.72,
    "installment": 947.9, "grade": "F", "sub_grade": "F1", "emp_length": "< 1 year",
    "home_ownership": "RENT", "annual_inc": 41_000, "verification_status": "Verified",
    "purpose": "small_business", "addr_state": "FL", "dti": 33.9, "delinq_2yrs": 2,
    "earliest_cr_line": "2012-11", "fico_range_low": 660, "fico_range_high": 664,
    "inq_last_6mths": 5, "open_acc": 19, "pub_rec": 1, "revol_bal": 17_800, "revol_util": 94.1,
    "total_acc": 24, "initial_list_status": "f", "application_type": "Individual",
    "acc_open_past_24mths": 13, "bc_util": 97.0, "mort_acc": 0, "tot_cur_bal": 52_000,
    "tot_hi_cred_lim": 60_000, "total_bc_limit": 9_000, "num_tl_op_past_12m": 7,
    "pct_tl_nvr_dlq": 78, "percent_bc_gt_75": 100, "avg_cur_bal": 2_740, "bc_open_to_buy": 310,
}  # fmt: skip
_SPARSE: Application = {"loan_amnt": 10_000, "term": 36, "annual_inc": 55_000}
_JOINT: Application = dict(_MIDDLING) | {
    "application_type": "Joint App", "annual_inc_joint": 118_000, "dti_joint": 14.2,
    "verification_status_joint": "Not Verified", "revol_bal_joint": 22_400,
    "sec_app_fico_range_low": 715, "sec_app_fico_range_high": 719,
    "sec_app_earliest_cr_line": "2001-02", "sec_app_inq_last_6mths": 0, "sec_app_mort_acc": 1,
    "sec_app_open_acc": 9, "sec_app_revol_util": 28.5,
}  # fmt: skip

EXAMPLES: Mapping[str, Application] = MappingProxyType(
    {"good": _GOOD, "middling": _MIDDLING, "bad": _BAD, "sparse": _SPARSE, "joint": _JOINT}
)


def example_columns() -> dict[str, NDArray[np.float64] | NDArray[np.object_]]:
    """Return the examples as the arrays that a model takes, in their order."""
    return parse_columns(INPUTS, list(EXAMPLES.values()))
