"""The features: every model input, one line each, made of what is known on the day of application.

Columns that carry signal as they stand are passed on; the rest is what a credit modeller adds:
burdens against income, ages, utilisation and balance ratios, how much credit is recent. Left out,
with the reason beside the name, is what would mislead a model.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from risk_platform.contract.column import Column, DType, Timing
from risk_platform.contract.columns import BY_NAME, LOANS
from risk_platform.errors.features import LateFeatureError
from risk_platform.features.formulas import (
    MONTHS_PER_YEAR,
    PERCENT,
    Formula,
    Rank,
    first_known,
    look_up,
    lower_of,
    mean_of,
    months_between,
    ratio,
    scaled,
    sum_of,
)
from risk_platform.features.regions import DIVISION_OF
from risk_platform.features.sense import DIRECTIONS


class Kind(StrEnum):
    """How a model reads a feature."""

    NUMBER = "number"
    CATEGORY = "category"


_PASSED_ON = {Timing.APPLICATION, Timing.PRICING}
# The month of application, to which ages are counted.
_MONTH = "issue_d"


def _is_known_in_time(source: str) -> bool:
    return BY_NAME[source].known in _PASSED_ON or source == _MONTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One model input.

    Parameters
    ----------
    name, about, unit
        What it is; the unit is empty for ratios and categories.
    formula
        Contract columns to values, NaN (or ``None`` for a label) where unknown.
    sources
        The contract columns that the formula reads; it is handed no others.
    monotone
        1: more of it may never lower a PD, all else equal; -1: never raise it; 0: either.
    because
        Why; empty where either may be.
    """

    name: str
    about: str
    formula: Formula
    sources: tuple[str, ...]
    unit: str = ""
    kind: Kind = Kind.NUMBER
    monotone: int = 0
    because: str = ""

    def __post_init__(self) -> None:
        """Refuse what is not known when the lender decides.

        Raises
        ------
        LateFeatureError
            A source is an outcome, or metadata other than the month by which ages are counted.
        """
        late = tuple(name for name in self.sources if not _is_known_in_time(name))
        if late:
            raise LateFeatureError(self.name, late)

    @property
    def timing(self) -> Timing:
        """``pricing`` where any source is set by the lender, else ``application``."""
        timings = {BY_NAME[source].known for source in self.sources}
        return Timing.PRICING if Timing.PRICING in timings else Timing.APPLICATION


LEFT_OUT: Mapping[str, str] = {
    "emp_title": "free text of a person",
    "title": "free text of a person",
    "desc": "free text of a person, ended in 2014",
    "zip_code": "a neighbourhood is a proxy for protected groups",
    "addr_state": "read as a census division",
    "fico_range_low": "read as the middle of the range",
    "fico_range_high": "read as the middle of the range",
    "sec_app_fico_range_low": "read as the middle of the range",
    "sec_app_fico_range_high": "read as the middle of the range",
    "earliest_cr_line": "read as an age",
    "sec_app_earliest_cr_line": "read as an age",
    "grade": "read as a rank, as is sub_grade",
    "sub_grade": "read as a rank",
}

_INCOME = first_known("annual_inc_joint", "annual_inc")
_INCOME_SOURCES = ("annual_inc_joint", "annual_inc")
_YEARLY_INSTALMENT = scaled("installment", MONTHS_PER_YEAR)


def _as_it_stands(of: Column) -> Feature:
    return Feature(
        name=of.name,
        about=of.about,
        formula=of.name,
        sources=(of.name,),
        unit=of.unit,
        kind=Kind.CATEGORY if of.dtype is DType.LABEL else Kind.NUMBER,
    )


PLAIN = tuple(
    _as_it_stands(of) for of in LOANS if of.known in _PASSED_ON and of.name not in LEFT_OUT
)

# fmt: off
DERIVED = (
    Feature(name="sub_grade_rank", about="LendingClub's sub-grade, A1 = 1 to G5 = 35", formula=Rank("sub_grade", BY_NAME["sub_grade"].labels), sources=("sub_grade",)),
    Feature(name="fico_mid", about="Middle of the FICO range", formula=mean_of("fico_range_low", "fico_range_high"), sources=("fico_range_low", "fico_range_high"), unit="points"),
    Feature(name="sec_app_fico_mid", about="Middle of the co-applicant's FICO range", formula=mean_of("sec_app_fico_range_low", "sec_app_fico_range_high"), sources=("sec_app_fico_range_low", "sec_app_fico_range_high"), unit="points"),
    Feature(name="lower_fico_mid", about="Middle of the FICO range of whichever of two borrowers has the lower one", formula=lower_of(mean_of("fico_range_low", "fico_range_high"), mean_of("sec_app_fico_range_low", "sec_app_fico_range_high")), sources=("fico_range_low", "fico_range_high", "sec_app_fico_range_low", "sec_app_fico_range_high"), unit="points"),
    Feature(name="credit_age_months", about="Age of the oldest credit line", formula=months_between("earliest_cr_line", "issue_d"), sources=("earliest_cr_line", "issue_d"), unit="months"),
    Feature(name="sec_app_credit_age_months", about="Age of the co-applicant's oldest credit line", formula=months_between("sec_app_earliest_cr_line", "issue_d"), sources=("sec_app_earliest_cr_line", "issue_d"), unit="months"),
    Feature(name="household_income_usd", about="Joint income where there are two borrowers, else the borrower's", formula=_INCOME, sources=_INCOME_SOURCES, unit="USD a year"),
    Feature(name="household_dti_pct", about="Debt to income of both borrowers where there are two, else the borrower's", formula=first_known("dti_joint", "dti"), sources=("dti_joint", "dti"), unit="%"),
    Feature(name="loan_to_income", about="Amount asked for over yearly income", formula=ratio("loan_amnt", _INCOME), sources=("loan_amnt", *_INCOME_SOURCES)),
    Feature(name="instalment_to_income", about="A year's instalments over yearly income", formula=ratio(_YEARLY_INSTALMENT, _INCOME), sources=("installment", *_INCOME_SOURCES)),
    Feature(name="dti_with_loan_pct", about="Debt to income once this loan's instalment is added", formula=sum_of(first_known("dti_joint", "dti"), scaled(ratio(_YEARLY_INSTALMENT, _INCOME), PERCENT)), sources=("dti_joint", "dti", "installment", *_INCOME_SOURCES), unit="%"),
    Feature(name="revol_bal_to_income", about="Revolving balance over yearly income", formula=ratio("revol_bal", _INCOME), sources=("revol_bal", *_INCOME_SOURCES)),
    Feature(name="loan_to_revol_bal", about="Amount asked for over the revolving balance it may replace", formula=ratio("loan_amnt", "revol_bal"), sources=("loan_amnt", "revol_bal")),
    Feature(name="debt_to_income", about="All debt but mortgages over yearly income", formula=ratio("total_bal_ex_mort", _INCOME), sources=("total_bal_ex_mort", *_INCOME_SOURCES)),
    Feature(name="balance_to_limit", about="All balances over all credit limits", formula=ratio("tot_cur_bal", "tot_hi_cred_lim"), sources=("tot_cur_bal", "tot_hi_cred_lim")),
    Feature(name="instalment_debt_to_limit", about="Instalment balances over their original amounts", formula=ratio("total_bal_il", "total_il_high_credit_limit"), sources=("total_bal_il", "total_il_high_credit_limit")),
    Feature(name="card_limit_share", about="Bankcard limits over all credit limits", formula=ratio("total_bc_limit", "tot_hi_cred_lim"), sources=("total_bc_limit", "tot_hi_cred_lim")),
    Feature(name="open_share", about="Open accounts over all accounts ever", formula=ratio("open_acc", "total_acc"), sources=("open_acc", "total_acc")),
    Feature(name="recent_share_24m", about="Accounts opened in the past 24 months over all accounts", formula=ratio("acc_open_past_24mths", "total_acc"), sources=("acc_open_past_24mths", "total_acc")),
    Feature(name="recent_share_12m", about="Accounts opened in the past 12 months over all accounts", formula=ratio("num_tl_op_past_12m", "total_acc"), sources=("num_tl_op_past_12m", "total_acc")),
    Feature(name="active_card_share", about="Revolving accounts that carry a balance over open ones", formula=ratio("num_rev_tl_bal_gt_0", "num_op_rev_tl"), sources=("num_rev_tl_bal_gt_0", "num_op_rev_tl")),
    Feature(name="region", about="Census division of the borrower's state", formula=look_up("addr_state", DIVISION_OF), sources=("addr_state",), kind=Kind.CATEGORY),
)
# fmt: on


def _directed(feature: Feature) -> Feature:
    sign, reason = DIRECTIONS.get(feature.name, (0, ""))
    return replace(feature, monotone=sign, because=reason)


FEATURES: tuple[Feature, ...] = tuple(map(_directed, PLAIN + DERIVED))
FEATURE_NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)


def features_of(timings: Collection[Timing]) -> tuple[Feature, ...]:
    """Return the features that a model may read which may read columns of these classes."""
    return tuple(feature for feature in FEATURES if feature.timing in timings)


def directions_of(names: Collection[str]) -> dict[str, int]:
    """Return the features among these that are bound to a direction, with it."""
    return {f.name: f.monotone for f in FEATURES if f.monotone and f.name in names}


_READ = {source for feature in FEATURES for source in feature.sources}
# In the contract's order. `issue_d` is among them: ages are counted up to the month of application.
INPUT_COLUMNS: tuple[str, ...] = tuple(of.name for of in LOANS if of.name in _READ)
INPUTS: tuple[Column, ...] = tuple(BY_NAME[name] for name in INPUT_COLUMNS)
