"""Pricing: what the lender answers, a price that rises with the risk it sees."""

from dataclasses import dataclass

import numpy as np

from risk_platform.sources.generator.applications import Applications
from risk_platform.sources.generator.marginals import Floats, Ints, Statistics

TERMS = (36, 60)
FIRST_YEAR = 2007
_LOWEST_RATE, _HIGHEST_RATE = 5.31, 30.99
# Rates were set anew several times a year: by so much they stand off the year's, in % a year.
_OFFSETS = np.array([-0.25, 0.0, 0.25])
# Before 2012 some loans found fewer investors than they asked for.
_PARTLY_FUNDED_UNTIL, _PARTLY_FUNDED = (2012 - 1970) * 12, 0.04


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms on which each loan is granted.

    Parameters
    ----------
    months
        Number of instalments.
    sub_grade
        Its position, 0 for A1.
    rate
        Interest in % a year.
    funded
        Amount lent, USD.
    installment
        Monthly payment, USD.
    """

    months: Ints
    sub_grade: Ints
    rate: Floats
    funded: Floats
    installment: Floats


def price(rng: np.random.Generator, applications: Applications, statistics: Statistics) -> Terms:
    """Grade each application, read the rate off the year's table, and work out the payment."""
    issued = applications.issued
    year = np.clip(1970 + issued // 12 - FIRST_YEAR, 0, len(statistics.rates) - 1)
    sub_grade = applications.labels["sub_grade"]
    rate = statistics.rates[year, sub_grade] + _OFFSETS[(issued // 4) % len(_OFFSETS)]
    rate = np.round(np.clip(rate, _LOWEST_RATE, _HIGHEST_RATE), 2)
    months = np.array(TERMS)[applications.labels["term"]]
    asked = applications.numbers["loan_amnt"]
    partly = (rng.random(len(issued)) < _PARTLY_FUNDED) & (issued < _PARTLY_FUNDED_UNTIL)
    share = np.where(partly, rng.uniform(0.5, 1.0, len(issued)), 1.0)
    funded = np.where(partly, np.maximum(np.round(asked * share / 25) * 25, 500), asked)
    return Terms(months, sub_grade, rate, funded, annuity(funded, rate, months))


def annuity(amount: Floats, rate: Floats, months: Ints) -> Floats:
    """Return the monthly payment, P r / (1 - (1 + r)^-n) with r a twelfth of the rate, to cents."""
    monthly = rate / 1200
    return np.round(amount * monthly / (1 - (1 + monthly) ** -months), 2)


def owed_after(terms: Terms, payments: Ints) -> Floats:
    """Return the principal still owed after a number of payments, USD."""
    monthly = terms.rate / 1200
    growth = (1 + monthly) ** payments
    owed = terms.funded * growth - terms.installment * (growth - 1) / monthly
    return np.where(payments >= terms.months, 0.0, np.maximum(owed, 0.0))
