"""One meaning in many spellings: how the files of twelve years wrote the same thing.

The plain loan was issued in Mar-2016, month 46 * 12 + 2 = 554 since January 1970; its first
credit line is of Aug-1998, month 28 * 12 + 7 = 343. December 2011 is month 41 * 12 + 11 = 503.
"""

from risk_platform_tests.golden.golden_loan import Golden

_RATES_AND_TERMS = (
    Golden("rate with a blank and a sign", {"int_rate": " 10.65%"}, {"int_rate": 10.65}),
    Golden("rate with a sign", {"int_rate": "10.65%"}, {"int_rate": 10.65}),
    Golden(
        "numbers as the file of 2020 writes them, without sign or decimals",
        {"int_rate": "10.65", "revol_util": "45.2", "loan_amnt": "10000", "total_acc": "25"},
        {"int_rate": 10.65, "revol_util": 45.2, "loan_amnt": 10_000.0, "open_share": 0.4},
        why="10 / 25",
    ),
    Golden(
        "term of 60 months",
        {"term": " 60 months", "installment": "222.44"},
        {"term": 60.0, "instalment_to_income": 0.044488, "dti_with_loan_pct": 19.9488},
        why="222.44 * 12 = 2,669.28 of 60,000 is 4.4488 %, on top of a dti of 15.5",
    ),
    Golden("term as a bare number", {"term": "36"}, {"term": 36.0}),
)

_MONTHS = (
    Golden("issued Dec-2011", {"issue_d": "Dec-2011"}, {"credit_age_months": 160.0}, "503 - 343"),
    Golden(
        "issued 11-Dec, the year first",
        {"issue_d": "11-Dec"},
        {"credit_age_months": 160.0},
        why="11-Dec is December 2011, no day of a month: 503 - 343",
    ),
    Golden(
        "issued Dec-11, the year short",
        {"issue_d": "Dec-11"},
        {"credit_age_months": 160.0},
        why="503 - 343",
    ),
    Golden(
        "issued 2011-12-01, an ISO date",
        {"issue_d": "2011-12-01"},
        {"credit_age_months": 160.0},
        why="503 - 343",
    ),
    Golden(
        "issued 20111201T000000, an ISO time without dashes",
        {"issue_d": "20111201T000000"},
        {"credit_age_months": 160.0},
        why="503 - 343",
    ),
    Golden(
        "first credit line Jan-62, of the last century",
        {"earliest_cr_line": "Jan-62"},
        {"credit_age_months": 650.0},
        why="January 1962 is month -8 * 12 = -96: 554 + 96",
    ),
    Golden(
        "first credit line 62-Jan, before months are counted and the year first",
        {"earliest_cr_line": " 62-Jan "},
        {"credit_age_months": 650.0},
        why="554 + 96",
    ),
    Golden(
        "first credit line 9-Aug, a year that lost its zero in a spreadsheet",
        {"earliest_cr_line": "9-Aug"},
        {"credit_age_months": 79.0},
        why="August 2009 is month 39 * 12 + 7 = 475: 554 - 475",
    ),
)

_JOBS = (
    Golden("job held for less than a year", {"emp_length": "< 1 year"}, {"emp_length": 0.0}),
    Golden("job held for one year, in the singular", {"emp_length": "1 year"}, {"emp_length": 1.0}),
    Golden("job held for long, with blanks", {"emp_length": " 10+ years "}, {"emp_length": 10.0}),
    Golden(
        "unemployed, which n/a stands for",
        {"emp_length": "n/a", "emp_title": ""},
        {"emp_length": None},
    ),
    Golden("length of employment left empty", {"emp_length": ""}, {"emp_length": None}),
)

_LABELS = (
    Golden(
        "labels of 2014: source verified, INDIVIDUAL",
        {
            "verification_status": "VERIFIED - income source",
            "application_type": "INDIVIDUAL",
        },
        {"verification_status": "Source Verified", "application_type": "Individual"},
    ),
    Golden(
        "is_inc_v of 2013 says TRUE, and the type tells how it was paid out",
        {"verification_status": "TRUE", "application_type": "DIRECT_PAY"},
        {"verification_status": "Verified", "application_type": "Individual"},
    ),
    Golden(
        "is_inc_v of 2013 says FALSE, and labels have blanks around them",
        {
            "verification_status": "FALSE ",
            "home_ownership": " MORTGAGE",
            "purpose": "debt_consolidation  ",
            "initial_list_status": "f ",
            "addr_state": " NY ",
        },
        {
            "verification_status": "Not Verified",
            "home_ownership": "MORTGAGE",
            "purpose": "debt_consolidation",
            "initial_list_status": "f",
            "region": "Middle Atlantic",
        },
    ),
)

SPELLINGS: tuple[Golden, ...] = _RATES_AND_TERMS + _MONTHS + _JOBS + _LABELS
