"""Applications: who asks for a loan, for how much, and what the bureau says of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_platform.contract.column import DType
from risk_platform.contract.columns import BY_NAME
from risk_platform.sources.generator.marginals import Floats, Ints, Statistics, epoch_of

Bools = NDArray[np.bool_]

# Columns whose correlations were not measured follow one that is alike: (that one, correlation).
FOLLOWS: Mapping[str, tuple[str, float]] = {
    "mths_since_last_major_derog": ("delinq_2yrs", -0.4),
    "mths_since_recent_bc_dlq": ("delinq_2yrs", -0.4),
    "mths_since_recent_revol_delinq": ("delinq_2yrs", -0.4),
    "mths_since_last_delinq": ("delinq_2yrs", -0.4),
    "acc_now_delinq": ("delinq_2yrs", 0.3),
    "num_tl_30dpd": ("delinq_2yrs", 0.3),
    "num_tl_90g_dpd_24m": ("delinq_2yrs", 0.7),
    "num_accts_ever_120_pd": ("pct_tl_nvr_dlq", -0.6),
    "chargeoff_within_12_mths": ("delinq_2yrs", 0.3),
    "mths_since_last_record": ("pub_rec", 0.2),
    "open_act_il": ("num_il_tl", 0.6),
    "open_il_12m": ("open_il_24m", 0.8),
    "open_rv_12m": ("open_rv_24m", 0.8),
    "num_tl_op_past_12m": ("acc_open_past_24mths", 0.8),
    "mths_since_rcnt_il": ("open_il_24m", -0.6),
    "mo_sin_rcnt_rev_tl_op": ("mo_sin_rcnt_tl", 0.7),
    "num_actv_bc_tl": ("num_actv_rev_tl", 0.8),
    "num_rev_tl_bal_gt_0": ("num_actv_rev_tl", 0.95),
    "num_bc_sats": ("num_rev_accts", 0.7),
    "num_bc_tl": ("num_rev_accts", 0.85),
    "num_op_rev_tl": ("num_rev_accts", 0.8),
    "sec_app_fico_range_low": ("fico_range_low", 0.3),
    "revol_bal_joint": ("revol_bal", 0.6),
    "home_ownership": ("mort_acc", -0.6),
    "verification_status": ("sub_grade_rank", 0.25),
}
_SCORE_OF_LABELS = {"sub_grade": "sub_grade_rank", "emp_length": "emp_length_years"}
# Values that are missing together: who has no bankcard lacks all figures of bankcards.
_MISSING_AS = {
    "bc_util": "bc_open_to_buy",
    "percent_bc_gt_75": "bc_open_to_buy",
    "mths_since_recent_bc": "bc_open_to_buy",
    "mths_since_rcnt_il": "mo_sin_old_il_acct",
    "emp_title": "emp_length",
}
# What is counted on the left is part of what is counted on the right.
_PARTS = (
    ("pub_rec_bankruptcies", "pub_rec"),
    ("tax_liens", "pub_rec"),
    ("num_op_rev_tl", "num_rev_accts"),
    ("num_actv_rev_tl", "num_op_rev_tl"),
    ("num_rev_tl_bal_gt_0", "num_op_rev_tl"),
    ("num_bc_tl", "num_rev_accts"),
    ("num_bc_sats", "num_bc_tl"),
    ("num_actv_bc_tl", "num_bc_sats"),
    ("open_rv_12m", "open_rv_24m"),
    ("open_il_12m", "open_il_24m"),
    ("num_tl_op_past_12m", "acc_open_past_24mths"),
    ("open_acc_6m", "acc_open_past_24mths"),
    ("num_sats", "open_acc"),
)
_HIGHEST_DTI, _DTI_ERROR_MARK, _DTI_ERRORS = 60.0, 999.0, 0.0003
# Of joint applications alone the first borrower's own debt burden may be unknown.
_DTI_UNKNOWN = 0.01
_TWO_DECIMALS = ("dti", "dti_joint")
_JOINT = "annual_inc_joint"
_WHOLE_USD_STEP, _FICO_STEP = 25, 5
# The highest FICO range is one point wider than the others.
TOP_FICO, TOP_OF_RANGE = 845, 850
_RECENT_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Applications:
    """A number of applications; every array has one entry for each.

    Parameters
    ----------
    issued
        Month of issue, months since January 1970.
    scores
        Normal scores, by column: what the values were read from, and what drives risk.
    numbers
        By column, NaN where missing.
    labels
        Position of the label, by column.
    absent
        Text and label columns that were left empty: True where so.
    is_joint
        Whether there are two borrowers.
    """

    issued: Ints
    scores: Mapping[str, Floats]
    numbers: Mapping[str, Floats]
    labels: Mapping[str, Ints]
    absent: Mapping[str, Bools]
    is_joint: Bools


def draw_applications(
    rng: np.random.Generator, issued: Ints, statistics: Statistics
) -> Applications:
    """Draw one application for each month of issue."""
    epoch = epoch_of(1970 + issued // 12)
    scores = _draw_scores(rng, len(issued), statistics)
    absent = _draw_absent(rng, epoch, statistics)
    since = _month(BY_NAME[_JOINT].since)
    is_joint = ~absent[_JOINT] & (issued >= since)
    numbers = {
        name: _shaped(name, marginal.at(scores[name], epoch))
        for name, marginal in statistics.numbers.items()
    }
    _make_consistent(rng, numbers, scores)
    _make_joint(rng, numbers, is_joint)
    _leave_out(numbers, absent, issued, is_joint)
    labels = {
        name: of.at(scores[_SCORE_OF_LABELS.get(name, name)], epoch)
        for name, of in statistics.labels.items()
        if name not in ("term", "grade", "application_type")
    }
    labels["term"] = statistics.labels["term"].at(scores["term_months"], epoch)
    return Applications(issued, scores, numbers, labels, absent, is_joint)


def begins(name: str) -> int:
    """Return the first month in which a column was filled; 0 where it always was."""
    since = BY_NAME[name].since
    return _month(since) if since else 0


def _month(text: str) -> int:
    return (int(text[:4]) - 1970) * 12 + int(text[5:7]) - 1


def _draw_scores(rng: np.random.Generator, count: int, statistics: Statistics) -> dict[str, Floats]:
    factor = np.linalg.cholesky(statistics.correlations)
    correlated = rng.standard_normal((count, len(factor))) @ factor.T
    scores = dict(zip(statistics.correlated, correlated.T, strict=True))
    for name in (*statistics.numbers, *statistics.labels):
        if name not in scores:
            like, correlation = FOLLOWS.get(name, ("loan_amnt", 0.0))
            own = np.sqrt(1 - correlation**2) * rng.standard_normal(count)
            scores[name] = correlation * scores[like] + own
    return scores


def _draw_absent(rng: np.random.Generator, epoch: Ints, statistics: Statistics) -> dict[str, Bools]:
    draws: dict[str, Floats] = {}
    absent = {}
    for name, bounds in statistics.missing.items():
        family = _MISSING_AS.get(name, name)
        if family not in draws:
            draws[family] = rng.standard_normal(len(epoch))
        absent[name] = draws[family] > bounds[epoch]
    return absent


def _shaped(name: str, value: Floats) -> Floats:
    """Round a value as LendingClub writes it."""
    if name in _TWO_DECIMALS:
        return np.round(value, 2)
    return np.round(value, 1 if BY_NAME.get(name, _MONTHS).dtype is DType.PERCENT else 0)


# The copula knows the age of the credit history, which the raw file tells by its first month.
_MONTHS = BY_NAME["mo_sin_old_rev_tl_op"]


def _make_consistent(
    rng: np.random.Generator, numbers: dict[str, Floats], scores: Mapping[str, Floats]
) -> None:
    """Let values that say the same thing agree."""
    numbers["loan_amnt"] = _WHOLE_USD_STEP * np.round(numbers["loan_amnt"] / _WHOLE_USD_STEP)
    for prefix in ("", "sec_app_"):
        low = _FICO_STEP * np.round(numbers[f"{prefix}fico_range_low"] / _FICO_STEP)
        low = np.minimum(low, TOP_FICO)
        numbers[f"{prefix}fico_range_low"] = low
        numbers[f"{prefix}fico_range_high"] = np.where(low == TOP_FICO, TOP_OF_RANGE, low + 4)
    numbers["total_acc"] = np.maximum(numbers["total_acc"], numbers["open_acc"])
    for part, whole in _PARTS:
        numbers[part] = np.minimum(numbers[part], numbers[whole])
    numbers["tot_cur_bal"] = np.maximum(numbers["tot_cur_bal"], numbers["revol_bal"])
    late = numbers["delinq_2yrs"] > 0
    months = numbers["mths_since_last_delinq"]
    numbers["mths_since_last_delinq"] = np.where(late, months % _RECENT_MONTHS, months)
    no_record = numbers["pub_rec"] == 0
    numbers["mths_since_last_record"] = np.where(
        no_record, np.nan, numbers["mths_since_last_record"]
    )
    dti = np.minimum(numbers["dti"], _HIGHEST_DTI)
    mistaken = rng.random(len(dti)) < _DTI_ERRORS
    # Where income is all but nothing the lender's system wrote 999.
    numbers["dti"] = np.where(mistaken & (scores["annual_inc"] < 0), _DTI_ERROR_MARK, dti)


def _make_joint(rng: np.random.Generator, numbers: dict[str, Floats], is_joint: Bools) -> None:
    """Let the joint figures follow from those of the first borrower."""
    second = np.round(numbers["annual_inc"] * rng.uniform(0.2, 1.2, len(is_joint)))
    numbers["annual_inc_joint"] = numbers["annual_inc"] + second
    share = numbers["annual_inc"] / np.maximum(numbers["annual_inc_joint"], 1)
    joint = np.round(np.minimum(numbers["dti"], _HIGHEST_DTI) * share * 1.3, 2)
    numbers["dti_joint"] = np.minimum(joint, _HIGHEST_DTI)
    numbers["revol_bal_joint"] = np.maximum(numbers["revol_bal_joint"], numbers["revol_bal"])
    unknown = is_joint & (rng.random(len(is_joint)) < _DTI_UNKNOWN)
    numbers["dti"] = np.where(unknown, np.nan, numbers["dti"])


def _leave_out(
    numbers: dict[str, Floats], absent: Mapping[str, Bools], issued: Ints, is_joint: Bools
) -> None:
    """Empty what was not given, what was not yet collected, and what no second borrower has."""
    for name, value in numbers.items():
        if name in ("dti", "mths_since_last_record") or name not in BY_NAME:
            continue
        of_two = name.endswith("_joint") or name.startswith("sec_app_")
        empty = ~is_joint if of_two else absent.get(name, np.zeros(len(issued), bool))
        if name == "mths_since_last_delinq":
            empty = empty & ~(numbers["delinq_2yrs"] > 0)
        numbers[name] = np.where(empty | (issued < begins(name)), np.nan, value)
