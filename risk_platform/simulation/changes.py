"""What becomes of applications on a bad day: functions that leave what they are given as it is.

Values stay within the contract where the day would not take them out of it: what is refused at the
door is another day than what slips through.
"""

from collections.abc import Callable, Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from risk_platform.contract.column import Block, DType
from risk_platform.contract.columns import BY_NAME
from risk_platform.features.definitions import INPUTS
from risk_platform.simulation.applications import Applications, Values

INCOMES = ("annual_inc", "annual_inc_joint")
# Of both borrowers: what they reported at the bureau, and nothing that they said themselves.
BUREAU = tuple(
    of.name
    for of in INPUTS
    if of.block is Block.CREDIT_HISTORY or of.name.startswith(("sec_app_", "revol_bal_joint"))
)
# Labels that the contract knows and next to no loan bears; and words that it does not know.
UNSEEN_LABELS: Mapping[str, str] = {"home_ownership": "NONE", "purpose": "educational"}
UNKNOWN_LABELS: Mapping[str, str] = {"home_ownership": "TENANT", "purpose": "Debt consolidation"}
PERCENTS = tuple(of.name for of in INPUTS if of.dtype is DType.PERCENT)
MONTHS = tuple(of.name for of in INPUTS if of.dtype is DType.MONTH)
SHOCK_POINTS = 3.0
# Times and plus what, by column: worse than any borrower, and within the contract.
_ROGUE: Mapping[str, tuple[float, float]] = {
    "fico_range_low": (1, -100),
    "fico_range_high": (1, -100),
    "annual_inc": (0.25, 0),
    "dti": (3, 20),
    "revol_util": (1, 80),
    "inq_last_6mths": (1, 6),
    "acc_open_past_24mths": (1, 12),
    "int_rate": (1, 12),
}
_UNIT, _PERCENT = 1_000, 100
_MONTHS_PER_YEAR = 12


def unit_error(applications: Applications) -> Applications:
    """Give incomes a thousandfold: most are then beyond what the contract takes for one."""
    return _each(applications, INCOMES, lambda values: values * _UNIT)


def frozen_bureau(applications: Applications) -> Applications:
    """Lose all that comes from the bureau: its feed gives nulls."""
    return {**applications, **{name: _nothing(applications[name]) for name in BUREAU}}


def vocabulary_swap(applications: Applications) -> Applications:
    """Rename labels: in every other application to ones that are known and rare, else to unknown.

    The contract takes the first and refuses the second, so that a service is seen to do both.
    """
    renamed = {name: np.array(applications[name], np.object_) for name in UNSEEN_LABELS}
    for name, labels in renamed.items():
        labels[::2], labels[1::2] = UNSEEN_LABELS[name], UNKNOWN_LABELS[name]
    return {**applications, **renamed}


def swapped_columns(applications: Applications) -> Applications:
    """Put the income where the amount belongs, and the amount where the income does."""
    income, amount = applications["annual_inc"], applications["loan_amnt"]
    return {**applications, "annual_inc": amount, "loan_amnt": income}


def rate_shock(applications: Applications) -> Applications:
    """Lend at three points more, up to the highest rate there is, and ask for what that costs.

    Nothing changes for a model that reads no price.
    """
    rate = within("int_rate", numbers_of(applications, "int_rate") + SHOCK_POINTS)
    monthly, months = rate / _PERCENT / _MONTHS_PER_YEAR, numbers_of(applications, "term")
    payment = numbers_of(applications, "loan_amnt") * monthly / (1 - (1 + monthly) ** -months)
    return {**applications, "int_rate": rate, "installment": within("installment", payment)}


def fractions_for_percents(applications: Applications) -> Applications:
    """Give percentages as fractions; rates of interest would be refused, and stay."""
    names = [name for name in PERCENTS if name != "int_rate"]
    return _each(applications, names, lambda values: values / _PERCENT)


def months_reworded(applications: Applications) -> Applications:
    """Write months as ``06/2018``, which the contract does not read."""
    return {**applications, **{name: _reworded(applications[name]) for name in MONTHS}}


def hundredfold_dti(applications: Applications) -> Applications:
    """Give debt to income a hundredfold, as where a percentage is made one a second time."""
    dti = within("dti", numbers_of(applications, "dti") * _PERCENT)
    return {**applications, "dti": dti}


def rogue(applications: Applications) -> Applications:
    """Shift all that counts as far as nobody would: a client that wants everybody stopped."""
    shifted = {
        name: within(name, numbers_of(applications, name) * factor + more)
        for name, (factor, more) in _ROGUE.items()
    }
    return {**applications, **shifted}


def numbers_of(applications: Applications, name: str) -> NDArray[np.float64]:
    """Return a column that holds numbers."""
    return np.asarray(applications[name], np.float64)


def within(name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw a column's values in to the contract's range."""
    return np.clip(values, BY_NAME[name].low, BY_NAME[name].high)


def _each(
    applications: Applications,
    names: Collection[str],
    change: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> Applications:
    changed = {name: change(numbers_of(applications, name)) for name in names}
    return {**applications, **changed}


def _nothing(values: Values) -> Values:
    if values.dtype == np.object_:
        return np.array([None] * len(values), np.object_)
    return np.full(len(values), np.nan)


def _reworded(months: Values) -> NDArray[np.object_]:
    texts = [None if month is None else f"{month[5:]}/{month[:4]}" for month in months]
    return np.array(texts, dtype=np.object_)
