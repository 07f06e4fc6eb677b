"""Incomes, debts and limits at the ends of their ranges, and beyond.

The plain loan: 10,000 asked for, 332.14 * 12 = 3,985.68 of instalments a year, income 60,000, dti
15.5, revolving balance 12,000. So the instalments are 3,985.68 / 60,000 = 0.066428 of income.
"""

from risk_platform_tests.golden.golden_loan import Golden

_DEBT_TO_INCOME = (
    Golden(
        "dti of 999, which marks an error",
        {"dti": "999"},
        {
            "dti": None,
            "household_dti_pct": None,
            "dti_with_loan_pct": None,
            "instalment_to_income": 0.066428,
        },
    ),
    Golden(
        "dti of -1, which marks an error",
        {"dti": "-1"},
        {"dti": None, "household_dti_pct": None, "dti_with_loan_pct": None},
    ),
    Golden(
        "dti of nothing at all, a true value",
        {"dti": "0.0"},
        {"dti": 0.0, "household_dti_pct": 0.0, "dti_with_loan_pct": 6.6428},
    ),
)

_INCOMES = (
    Golden(
        "income of nothing makes ratios unknown, not infinite",
        {"annual_inc": "0.0"},
        {
            "annual_inc": 0.0,
            "household_income_usd": 0.0,
            "loan_to_income": None,
            "instalment_to_income": None,
            "dti_with_loan_pct": None,
            "revol_bal_to_income": None,
            "household_dti_pct": 15.5,
        },
    ),
    Golden(
        "income left empty",
        {"annual_inc": ""},
        {
            "annual_inc": None,
            "household_income_usd": None,
            "loan_to_income": None,
            "dti_with_loan_pct": None,
        },
    ),
    Golden(
        "income of one dollar",
        {"annual_inc": "1"},
        {
            "loan_to_income": 10_000.0,
            "instalment_to_income": 3_985.68,
            "revol_bal_to_income": 12_000.0,
            "dti_with_loan_pct": 398_583.5,
        },
        why="15.5 + 398,568",
    ),
    Golden(
        "income so small that ratios overflow",
        {"annual_inc": "1e-303"},
        {
            "annual_inc": 1e-303,
            "loan_to_income": 1e307,
            "instalment_to_income": 3.98568e306,
            "revol_bal_to_income": 1.2e307,
            "dti_with_loan_pct": None,
        },
        why="100 * 332.14 * 12 / 1e-303 is above the largest double, 1.8e308",
    ),
    Golden(
        "income of ten millions, in exponents, and the largest loan",
        {"annual_inc": "1.0E7", "loan_amnt": "40000.0", "installment": "1328.57"},
        {
            "annual_inc": 10_000_000.0,
            "loan_to_income": 0.004,
            "instalment_to_income": 0.001594284,
            "dti_with_loan_pct": 15.6594284,
            "revol_bal_to_income": 0.0012,
        },
        why="1,328.57 * 12 = 15,942.84",
    ),
)

_DEBTS = (
    Golden(
        "the smallest loan",
        {"loan_amnt": "500.0", "installment": "16.61"},
        {
            "loan_to_income": 0.008333333333333333,
            "instalment_to_income": 0.003322,
            "loan_to_revol_bal": 0.041666666666666664,
        },
        why="1 / 120; 16.61 * 12 = 199.32; 1 / 24",
    ),
    Golden(
        "revolving balance above its limits",
        {"revol_util": "162.3%", "revol_bal": "150000.0"},
        {"revol_util": 162.3, "revol_bal_to_income": 2.5, "loan_to_revol_bal": 0.06666666666666667},
        why="1 / 15",
    ),
    Golden(
        "no revolving credit: utilisation unknown, balance nothing",
        {"revol_util": "", "revol_bal": "0.0"},
        {"revol_util": None, "revol_bal_to_income": 0.0, "loan_to_revol_bal": None},
    ),
    Golden(
        "limits of nothing",
        {
            "tot_cur_bal": "0.0",
            "tot_hi_cred_lim": "0.0",
            "total_bal_il": "0.0",
            "total_il_high_credit_limit": "0.0",
            "total_bc_limit": "0.0",
        },
        {
            "tot_hi_cred_lim": 0.0,
            "balance_to_limit": None,
            "instalment_debt_to_limit": None,
            "card_limit_share": None,
        },
    ),
    Golden(
        "balances above their limits",
        {
            "tot_cur_bal": "90000.0",
            "total_bal_il": "18000.0",
            "total_il_high_credit_limit": "16000.0",
            "total_bc_limit": "15000.0",
            "total_bal_ex_mort": "45000.0",
            "all_util": "150.0",
        },
        {
            "balance_to_limit": 1.5,
            "instalment_debt_to_limit": 1.125,
            "card_limit_share": 0.25,
            "debt_to_income": 0.75,
            "all_util": 150.0,
        },
        why="90 / 60, 18 / 16, 15 / 60, 45 / 60",
    ),
)

BURDENS: tuple[Golden, ...] = _DEBT_TO_INCOME + _INCOMES + _DEBTS
