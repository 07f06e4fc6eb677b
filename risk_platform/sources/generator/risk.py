"""Risk: how likely each loan is to default, in truth, and what then happens to it.

A borrower stops paying in some month, or pays the loan off early, whichever comes first. The hazard
of stopping is ``exp(drivers) * shape(month on book)``; all drivers but none of the chances can be
read from the application and its price, so that the true probability is the best that any model
could say.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.outcome import DEFAULT_AFTER_MONTHS
from risk_platform.sources.generator.applications import Applications
from risk_platform.sources.generator.marginals import Floats, Ints
from risk_platform.sources.generator.pricing import FIRST_YEAR, Terms

# Change of the log hazard with one standard deviation of a column's normal score. The grade says
# most; what a borrower's own figures add to it is small, as on real loans.
SCORE_EFFECTS: Mapping[str, float] = {
    "sub_grade_rank": 0.25,
    "fico_range_low": -0.14,
    "dti": 0.12,
    "acc_open_past_24mths": 0.16,
    "annual_inc": -0.12,
    "inq_last_6mths": 0.06,
    "mort_acc": -0.08,
    "avg_cur_bal": -0.06,
    "bc_open_to_buy": -0.06,
    "credit_hist_months": -0.03,
}
LABEL_EFFECTS: Mapping[str, Mapping[str, float]] = {
    "purpose": {"small_business": 0.4, "credit_card": -0.08, "car": -0.1, "moving": 0.15},
    "home_ownership": {"MORTGAGE": -0.08, "RENT": 0.10},
    "verification_status": {"Not Verified": -0.06, "Verified": 0.05},
}
NO_EMPLOYMENT_EFFECT = 0.25
LONG_TERM_EFFECT = 0.25
# Of one point of the rate above the middle, and of a doubled burden of instalment on income.
RATE_EFFECT, MIDDLE_RATE = 0.03, 13.0
BURDEN_EFFECT, MIDDLE_BURDEN = 0.15, 0.08
# How the years of issue differ, from 2007: a crisis, a calm, and looser standards in 2015-2017.
YEAR_EFFECTS = np.array(
    [0.25, 0.25, 0.0, -0.1, -0.05, 0.0, -0.05, 0.0, 0.1, 0.2, 0.15, 0.0, -0.05, 0.0]
)
BASE_HAZARD = 0.0080
_PEAK_MONTH = 14
# Chance of paying off early, a month, by term.
PREPAYMENT = {36: 0.026, 60: 0.032}
# A default within 12 months means that the last payment was made by the eighth.
LAST_PAID_FOR_12M = 12 - DEFAULT_AFTER_MONTHS
NEVER = 10_000


@dataclass(frozen=True, slots=True)
class Fate:
    """What the future holds for each loan, and how likely that was.

    Parameters
    ----------
    pd_12m, pd_life
        True probability of default within 12 months of issue, and ever.
    last_paid
        Payments made before the borrower stops for good; ``NEVER`` where that does not happen.
    paid_off
        Number of the payment that ends the loan, where the borrower does not stop before.
    """

    pd_12m: Floats
    pd_life: Floats
    last_paid: Ints
    paid_off: Ints


def draw_fates(rng: np.random.Generator, applications: Applications, terms: Terms) -> Fate:
    """Draw what becomes of each loan."""
    hazard = BASE_HAZARD * np.exp(log_hazard(applications, terms))
    prepayment = np.where(terms.months == min(PREPAYMENT), PREPAYMENT[36], PREPAYMENT[60])
    reached = np.searchsorted(_cumulative(), rng.exponential(size=len(hazard)) / hazard)
    paid_off = np.minimum(rng.geometric(prepayment), terms.months)
    stops = reached < paid_off
    return Fate(
        pd_12m=_chance_of_stopping(hazard, prepayment, terms.months, LAST_PAID_FOR_12M),
        pd_life=_chance_of_stopping(hazard, prepayment, terms.months, max(PREPAYMENT)),
        last_paid=np.where(stops, reached, NEVER),
        paid_off=paid_off,
    )


def log_hazard(applications: Applications, terms: Terms) -> Floats:
    """Return what drives the hazard of each loan: borrower, price, term, burden and year."""
    drivers = sum(effect * applications.scores[name] for name, effect in SCORE_EFFECTS.items())
    for name, effects in LABEL_EFFECTS.items():
        of_label = np.array([effects.get(label, 0.0) for label in BY_NAME[name].labels])
        drivers += of_label[applications.labels[name]]
    income = np.maximum(applications.numbers["annual_inc"], 1_000)
    burden = np.clip(12 * terms.installment / income, 0.01, 0.5)
    year = np.clip(1970 + applications.issued // 12 - FIRST_YEAR, 0, len(YEAR_EFFECTS) - 1)
    return (
        drivers
        + NO_EMPLOYMENT_EFFECT * applications.absent["emp_length"]
        + LONG_TERM_EFFECT * (terms.months == max(PREPAYMENT))
        + RATE_EFFECT * (terms.rate - MIDDLE_RATE)
        + BURDEN_EFFECT * np.log2(burden / MIDDLE_BURDEN)
        + YEAR_EFFECTS[year]
    )


def _shape() -> Floats:
    """Return the hazard of stopping after each payment against its peak, at month 14."""
    months = (np.arange(max(PREPAYMENT)) + 1) / _PEAK_MONTH
    return months * np.exp(1 - months)


def _cumulative() -> Floats:
    return np.cumsum(_shape())


def _chance_of_stopping(hazard: Floats, prepayment: Floats, months: Ints, last_paid: int) -> Floats:
    """Sum, over the payments, the chance to stop there and neither before nor after paying off."""
    chance = np.zeros_like(hazard)
    still_paying = np.ones_like(hazard)
    for payments, cumulative in enumerate(_cumulative()[: last_paid + 1]):
        stopped = still_paying
        still_paying = np.exp(-hazard * cumulative)
        not_paid_off = np.where(payments < months, (1 - prepayment) ** payments, 0.0)
        chance += not_paid_off * (stopped - still_paying)
    return chance
