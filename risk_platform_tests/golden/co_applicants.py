"""Two borrowers: what is said of both, of the second one, and what is left out.

The plain borrower earns 60,000, has a dti of 15.5 and a FICO range from 700 to 704 (702); the
loan is of 10,000 and costs 3,985.68 a year.
"""

from risk_platform_tests.golden.golden_loan import Golden

CO_APPLICANTS: tuple[Golden, ...] = (
    Golden(
        "joint with every joint field, the co-applicant's FICO the lower one",
        {
            "application_type": "JOINT",
            "issue_d": "Mar-2017",
            "annual_inc_joint": "150000.0",
            "dti_joint": "12.25",
            "verification_status_joint": "VERIFIED - income",
            "revol_bal_joint": "20000.0",
            "sec_app_fico_range_low": "660.0",
            "sec_app_fico_range_high": "664.0",
            "sec_app_earliest_cr_line": "Sep-2006",
            "sec_app_inq_last_6mths": "2.0",
            "sec_app_mort_acc": "1.0",
            "sec_app_open_acc": "7.0",
            "sec_app_revol_util": "101.5",
            "sec_app_open_act_il": "3.0",
            "sec_app_num_rev_accts": "9.0",
            "sec_app_chargeoff_within_12_mths": "0.0",
            "sec_app_collections_12_mths_ex_med": "0.0",
            "sec_app_mths_since_last_major_derog": "40.0",
        },
        {
            "application_type": "Joint App",
            "verification_status_joint": "Verified",
            "household_income_usd": 150_000.0,
            "household_dti_pct": 12.25,
            "loan_to_income": 0.06666666666666667,
            "instalment_to_income": 0.0265712,
            "dti_with_loan_pct": 14.90712,
            "revol_bal_to_income": 0.08,
            "revol_bal_joint": 20_000.0,
            "sec_app_fico_mid": 662.0,
            "lower_fico_mid": 662.0,
            "credit_age_months": 223.0,
            "sec_app_credit_age_months": 126.0,
            "sec_app_revol_util": 101.5,
            "sec_app_mths_since_last_major_derog": 40.0,
        },
        why="1 / 15; 12.25 + 2.65712; the borrower's own 12,000 / 150,000; 662 below 702; "
        "months 566 - 343 and 566 - 440",
    ),
    Golden(
        "joint of 2015, before the co-applicant's own history was kept",
        {
            "application_type": "JOINT",
            "issue_d": "Dec-2015",
            "annual_inc_joint": "100000.0",
            "dti_joint": "18.0",
            "verification_status_joint": "Not Verified",
        },
        {
            "verification_status_joint": "Not Verified",
            "loan_to_income": 0.1,
            "dti_with_loan_pct": 21.98568,
            "sec_app_fico_mid": None,
            "lower_fico_mid": None,
            "sec_app_credit_age_months": None,
            "revol_bal_joint": None,
            "sec_app_open_acc": None,
        },
        why="18 + 3.98568",
    ),
    Golden(
        "joint, the borrower's own dti left empty",
        {
            "application_type": "Joint App",
            "dti": "",
            "annual_inc_joint": "80000.0",
            "dti_joint": "9.5",
        },
        {
            "dti": None,
            "dti_joint": 9.5,
            "household_dti_pct": 9.5,
            "instalment_to_income": 0.049821,
            "dti_with_loan_pct": 14.4821,
        },
        why="9.5 + 4.9821",
    ),
    Golden(
        "joint by name only, with no joint field",
        {"application_type": "Joint App"},
        {
            "application_type": "Joint App",
            "annual_inc_joint": None,
            "verification_status_joint": None,
            "household_income_usd": 60_000.0,
            "household_dti_pct": 15.5,
            "dti_with_loan_pct": 22.1428,
            "sec_app_fico_mid": None,
        },
        why="the borrower's own stand in: 15.5 + 6.6428",
    ),
    Golden(
        "joint income known, joint dti empty, own dti an error mark with decimals",
        {"application_type": "Joint App", "dti": "999.0", "annual_inc_joint": "120000.0"},
        {
            "dti": None,
            "household_dti_pct": None,
            "instalment_to_income": 0.033214,
            "dti_with_loan_pct": None,
        },
    ),
    Golden(
        "joint, the co-applicant's first credit line after the issue and FICO range half empty",
        {
            "application_type": "Joint App",
            "issue_d": "Mar-2018",
            "annual_inc_joint": "90000.0",
            "sec_app_fico_range_high": "850.0",
            "sec_app_earliest_cr_line": "Apr-2018",
        },
        {
            "sec_app_fico_mid": 850.0,
            "lower_fico_mid": 702.0,
            "sec_app_credit_age_months": None,
            "credit_age_months": 235.0,
        },
        why="702 below 850; months 578 - 343",
    ),
    Golden(
        "joint income of nothing goes before the borrower's own all the same",
        {"application_type": "Joint App", "annual_inc_joint": "0", "dti_joint": "0"},
        {
            "household_income_usd": 0.0,
            "household_dti_pct": 0.0,
            "loan_to_income": None,
            "instalment_to_income": None,
            "dti_with_loan_pct": None,
        },
        why="0 is given, so it is not replaced; nothing is divided by it",
    ),
    Golden(
        "joint income below the borrower's own, the co-applicant's month with the year first",
        {
            "application_type": "Joint App",
            "issue_d": "17-Mar",
            "annual_inc_joint": "40000.0",
            "dti_joint": "20.0",
            "sec_app_earliest_cr_line": "6-Sep",
        },
        {
            "annual_inc": 60_000.0,
            "household_income_usd": 40_000.0,
            "loan_to_income": 0.25,
            "instalment_to_income": 0.099642,
            "dti_with_loan_pct": 29.9642,
            "revol_bal_to_income": 0.3,
            "sec_app_credit_age_months": 126.0,
        },
        why="20 + 9.9642; months 566 - 440",
    ),
)
