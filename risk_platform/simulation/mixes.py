"""Other people, each as they are: mixes and walks of a pool, in which no column is broken."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from risk_platform.simulation.applications import Applications, size_of, taken
from risk_platform.simulation.changes import numbers_of, within

# A recession, as far as who applies shows it: people with more debt, lower scores, more inquiries
# and fuller cards come, and those who are well stay away. By column: a middle, a spread, and by how
# much one spread above the middle makes an application more frequent, in log odds. The directions
# are those of 2008; the sizes are ours, to be plain and not to be hidden in a mean.
TILTS: Mapping[str, tuple[float, float, float]] = {
    "dti": (18.0, 8.0, 0.5),
    "fico_range_low": (695.0, 30.0, -0.7),
    "revol_util": (50.0, 25.0, 0.3),
    "inq_last_6mths": (0.6, 1.0, 0.3),
    "delinq_2yrs": (0.3, 1.0, 0.2),
}
# Times as frequent, by label; and where nobody says how long he has been employed.
FREQUENCIES: Mapping[str, Mapping[str, float]] = {
    "purpose": {"small_business": 3.0, "debt_consolidation": 1.2},
    "home_ownership": {"RENT": 1.3},
}
OF_THE_UNEMPLOYED = 1.5
# Nobody is more than e**3 times as frequent as before: a mix of many, not copies of a few.
_MOST = 3.0

# Of a standard deviation a day: too little for any day to show.
STEP_SD = 0.02
# Debt and utilisation rise by sums, incomes fall by factors.
RISING, FALLING = ("dti", "revol_util"), "annual_inc"


def recession(pool: Applications, dice: np.random.Generator, count: int) -> Applications:
    """Draw applications of a pool as they would come in a recession; none is changed."""
    weights = recession_weights(pool)
    return taken(pool, dice.choice(size_of(pool), size=count, p=weights / weights.sum()))


def recession_weights(applications: Applications) -> NDArray[np.float64]:
    """Return how many times as frequent each application is in a recession."""
    log_odds = np.zeros(size_of(applications))
    for name, (middle, spread, tilt) in TILTS.items():
        away = (numbers_of(applications, name) - middle) / spread
        log_odds += tilt * np.nan_to_num(away)
    weights = np.exp(np.clip(log_odds, -_MOST, _MOST))
    for name, times in FREQUENCIES.items():
        weights *= [times.get(label, 1.0) for label in applications[name]]
    unsaid = np.isnan(numbers_of(applications, "emp_length"))
    return weights * np.where(unsaid, OF_THE_UNEMPLOYED, 1.0)


def walked(pool: Applications, applications: Applications, days: int) -> Applications:
    """Return applications of a pool as they would be after so many days of a slow walk.

    With every day debt and utilisation are ``STEP_SD`` of the pool's standard deviations higher,
    and incomes as much of their logarithm's lower.
    """
    spreads = STEP_SD * days
    ordinary, incomes = (numbers_of(of, FALLING) for of in (pool, applications))
    of_incomes = np.nanstd(np.log(ordinary[ordinary > 0]))
    changed = {FALLING: within(FALLING, incomes * np.exp(-spreads * of_incomes))}
    for name in RISING:
        step = spreads * np.nanstd(numbers_of(pool, name))
        changed[name] = within(name, numbers_of(applications, name) + step)
    return {**applications, **changed}
