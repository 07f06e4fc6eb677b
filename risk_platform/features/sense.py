"""Credit sense: which features may move a probability of default in one direction only, and why.

What is left out may go either way: amounts and balances stand for means as well as for burdens,
accounts for trust as well as for debt, a longer term for smaller instalments as well as for more
time to fail, and limits that others granted for their judgement as well as for temptation.
"""

from collections.abc import Mapping
from types import MappingProxyType

# Sign, reason, features: 1 where more may never lower a PD, -1 where it may never raise it.
_SENSE: tuple[tuple[int, str, str], ...] = (
    (
        -1,
        "FICO is built so that more points mean fewer defaults",
        "fico_mid sec_app_fico_mid lower_fico_mid",
    ),
    (
        -1,
        "the same debts are easier to carry on more income",
        "annual_inc annual_inc_joint household_income_usd",
    ),
    (
        +1,
        "more debt on the same income is harder to carry",
        (
            "dti dti_joint household_dti_pct dti_with_loan_pct debt_to_income loan_to_income "
            "instalment_to_income revol_bal_to_income"
        ),
    ),
    (
        +1,
        "limits that are used up leave no reserve",
        "revol_util bc_util all_util percent_bc_gt_75 balance_to_limit sec_app_revol_util",
    ),
    (
        -1,
        "an unused limit is a reserve",
        "bc_open_to_buy",
    ),
    (
        +1,
        "who seeks credit often is short of it",
        "inq_last_6mths inq_last_12m inq_fi sec_app_inq_last_6mths",
    ),
    (
        +1,
        "new credit has not been paid back yet, and needs time to show",
        (
            "acc_open_past_24mths num_tl_op_past_12m open_acc_6m open_rv_12m open_rv_24m "
            "open_il_12m open_il_24m recent_share_24m recent_share_12m"
        ),
    ),
    (
        -1,
        "credit that was sought or opened longer ago has shown how it is paid",
        (
            "mths_since_recent_inq mths_since_recent_bc mths_since_rcnt_il mo_sin_rcnt_tl "
            "mo_sin_rcnt_rev_tl_op"
        ),
    ),
    (
        -1,
        "a longer history is more evidence of paying",
        "credit_age_months sec_app_credit_age_months mo_sin_old_il_acct mo_sin_old_rev_tl_op",
    ),
    (
        +1,
        "who has failed to pay may fail again",
        (
            "delinq_2yrs acc_now_delinq delinq_amnt chargeoff_within_12_mths "
            "collections_12_mths_ex_med tot_coll_amt pub_rec pub_rec_bankruptcies tax_liens "
            "num_accts_ever_120_pd num_tl_120dpd_2m num_tl_30dpd num_tl_90g_dpd_24m "
            "sec_app_chargeoff_within_12_mths sec_app_collections_12_mths_ex_med"
        ),
    ),
    (
        -1,
        "a failure to pay weighs less the longer ago it was",
        (
            "mths_since_last_delinq mths_since_last_record mths_since_last_major_derog "
            "mths_since_recent_bc_dlq mths_since_recent_revol_delinq "
            "sec_app_mths_since_last_major_derog"
        ),
    ),
    (
        -1,
        "accounts never late are evidence of paying",
        "pct_tl_nvr_dlq",
    ),
    (
        +1,
        "the lender prices the risk that it sees",
        "int_rate sub_grade_rank",
    ),
)
DIRECTIONS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {name: (sign, reason) for sign, reason, names in _SENSE for name in names.split()}
)
