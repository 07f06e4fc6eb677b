"""Credit histories that are short, long, contradictory, or not reported yet.

The plain loan was issued in month 554 (Mar-2016), its first credit line is of month 343.
"""

from risk_platform_tests.golden.golden_loan import Golden

_AGES_AND_SCORES = (
    Golden(
        "first credit line in the month of issue",
        {"earliest_cr_line": "Mar-2016"},
        {"credit_age_months": 0.0},
    ),
    Golden(
        "first credit line after the issue",
        {"earliest_cr_line": "Apr-2016"},
        {"credit_age_months": None},
    ),
    Golden("first credit line unknown", {"earliest_cr_line": ""}, {"credit_age_months": None}),
    Golden(
        "the highest FICO range, six points wide where others are five",
        {"fico_range_low": "845.0", "fico_range_high": "850.0"},
        {"fico_mid": 847.5},
    ),
    Golden(
        "one end of the FICO range is all there is",
        {"fico_range_high": ""},
        {"fico_mid": 700.0},
        why="the mean of those ends that are known",
    ),
)

_BUREAU = (
    Golden(
        "before the bureau's feed of August 2012",
        {
            "issue_d": "Feb-2012",
            "acc_open_past_24mths": "",
            "tot_cur_bal": "",
            "tot_hi_cred_lim": "",
        },
        {
            "credit_age_months": 162.0,
            "tot_cur_bal": None,
            "tot_coll_amt": None,
            "mort_acc": None,
            "bc_util": None,
            "num_sats": None,
            "balance_to_limit": None,
            "card_limit_share": None,
            "debt_to_income": None,
            "recent_share_24m": None,
            "recent_share_12m": None,
            "active_card_share": None,
            "open_share": 0.4,
        },
        why="month 42 * 12 + 1 = 505: 505 - 343; open accounts were always reported: 10 / 25",
    ),
    Golden(
        "before the bureau's feed of December 2015",
        {
            "issue_d": "Nov-2015",
            "num_tl_op_past_12m": "2.0",
            "num_rev_tl_bal_gt_0": "6.0",
            "num_op_rev_tl": "8.0",
            "total_il_high_credit_limit": "16000.0",
        },
        {
            "credit_age_months": 207.0,
            "open_acc_6m": None,
            "open_act_il": None,
            "total_bal_il": None,
            "il_util": None,
            "all_util": None,
            "inq_last_12m": None,
            "instalment_debt_to_limit": None,
            "balance_to_limit": 0.5,
            "recent_share_24m": 0.2,
            "recent_share_12m": 0.08,
            "active_card_share": 0.75,
        },
        why="month 45 * 12 + 10 = 550: 550 - 343; 30 / 60, 5 / 25, 2 / 25, 6 / 8",
    ),
    Golden(
        "no account is open",
        {
            "open_acc": "0.0",
            "total_acc": "4.0",
            "acc_open_past_24mths": "0.0",
            "num_op_rev_tl": "0.0",
            "num_rev_tl_bal_gt_0": "0.0",
        },
        {
            "open_acc": 0.0,
            "open_share": 0.0,
            "recent_share_24m": 0.0,
            "num_op_rev_tl": 0.0,
            "active_card_share": None,
        },
    ),
    Golden(
        "no account was ever opened, and yet some are new",
        {"total_acc": "0.0", "num_tl_op_past_12m": "1.0"},
        {
            "total_acc": 0.0,
            "open_share": None,
            "recent_share_24m": None,
            "recent_share_12m": None,
        },
    ),
)

HISTORIES: tuple[Golden, ...] = _AGES_AND_SCORES + _BUREAU
