"""Scenarios: what clients send, from ordinary days to the worst, each drawn from the same pool.

``draw`` of a scenario is a function of a pool, dice, how many are wanted, and how many of the
scenario's applications went before: the same seed gives the same applications.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from risk_platform.simulation import changes, mixes
from risk_platform.simulation.applications import Applications, drawn, taken

Draw = Callable[[Applications, np.random.Generator, int, int], Applications]

CONTROL = "control"
# So many applications stand for a day of a slow walk: half of the smallest window that is judged.
DAY = 1_000
DAYS = 25
# After so many bad applications that nobody stopped, nobody will: four of the smallest windows.
MOST = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What clients send on one kind of day.

    Parameters
    ----------
    name, about
        What it is called, and what happens.
    draw
        Its applications.
    most
        After how many of them it is over.
    share
        Of the traffic; less than 1: one client sends it, and the others are as ever.
    keyed
        Whether all of it is sent under one idempotency key.
    of_price
        Whether it shows only to a model that reads the lender's price.
    """

    name: str
    about: str
    draw: Draw
    most: int = MOST
    share: float = 1.0
    keyed: bool = False
    of_price: bool = False


def _ordinary(
    pool: Applications, dice: np.random.Generator, count: int, before: int
) -> Applications:
    del before
    return drawn(pool, dice, count)


def _changed(change: Callable[[Applications], Applications]) -> Draw:
    def draw(
        pool: Applications, dice: np.random.Generator, count: int, before: int
    ) -> Applications:
        del before
        return change(drawn(pool, dice, count))

    return draw


def _recession(
    pool: Applications, dice: np.random.Generator, count: int, before: int
) -> Applications:
    del before
    return mixes.recession(pool, dice, count)


def _same(pool: Applications, dice: np.random.Generator, count: int, before: int) -> Applications:
    del dice, before
    return taken(pool, np.zeros(count, np.int64))


def _walk(pool: Applications, dice: np.random.Generator, count: int, before: int) -> Applications:
    return mixes.walked(pool, drawn(pool, dice, count), before // DAY)


_ALL = (
    Scenario(
        name=CONTROL,
        about="Ordinary applications: any stop is a false alarm",
        draw=_ordinary,
    ),
    Scenario(
        name="unit-error",
        about="Incomes come a thousandfold: 65,000 USD as 65,000,000",
        draw=_changed(changes.unit_error),
    ),
    Scenario(
        name="frozen-bureau",
        about="The bureau's feed gives nulls",
        draw=_changed(changes.frozen_bureau),
    ),
    Scenario(
        name="vocabulary-swap",
        about="Labels are renamed: half to rare ones, half to words that the contract lacks",
        draw=_changed(changes.vocabulary_swap),
    ),
    Scenario(
        name="swapped-columns",
        about="Income and amount change places",
        draw=_changed(changes.swapped_columns),
    ),
    Scenario(
        name="recession",
        about="More debt, lower scores, more small businesses, as in 2008",
        draw=_recession,
    ),
    Scenario(
        name="rate-shock",
        about="Rates rise by three points, and instalments with them",
        draw=_changed(changes.rate_shock),
        of_price=True,
    ),
    Scenario(
        name="fractions",
        about="Percentages come as fractions",
        draw=_changed(changes.fractions_for_percents),
    ),
    Scenario(
        name="months-reworded",
        about="Months come as 06/2018",
        draw=_changed(changes.months_reworded),
    ),
    Scenario(
        name="hundredfold-dti",
        about="Debt to income comes a hundredfold",
        draw=_changed(changes.hundredfold_dti),
    ),
    Scenario(
        name="duplicate-posts",
        about="One application again and again, without an idempotency key",
        draw=_same,
    ),
    Scenario(
        name="repeated-requests",
        about="One application again and again, under one idempotency key",
        draw=_same,
        most=1_000,
        keyed=True,
    ),
    Scenario(
        name="slow-walk",
        about=f"Debt rises and income falls by {mixes.STEP_SD} sd a day of {DAY:,} applications",
        draw=_walk,
        most=DAYS * DAY,
    ),
    Scenario(
        name="rogue-client",
        about="One client sends 30 % of the traffic, all of it far beyond any borrower",
        draw=_changed(changes.rogue),
        share=0.3,
    ),
)
SCENARIOS: Mapping[str, Scenario] = {scenario.name: scenario for scenario in _ALL}

# What is done to the platform itself, where it runs, while ordinary applications come in.
HANDS: Mapping[str, str] = {
    "dead-daemon": "Dagster's daemon stands still, so that nothing renews the lease",
    "poisoned-model": "A file of the model's bundle is changed where services read it",
    "tampered-log": "A decision is edited in the database",
    "clock-ahead": "A service is started whose clock is two hours ahead",
    "clock-behind": "A service is started whose clock is two hours behind",
}
# All that a platform can be put through, in the order of the league.
LEAGUE: Mapping[str, str] = {one.name: one.about for one in _ALL} | HANDS
