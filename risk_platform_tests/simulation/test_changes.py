"""Changes: each scenario changes what it says, and leaves all else, and the pool, as it is."""

import json
from collections.abc import Collection

import numpy as np
import pytest

from risk_platform.contract.columns import BY_NAME
from risk_platform.errors.applications import ApplicationError
from risk_platform.simulation import changes
from risk_platform.simulation.applications import Applications, Values, bodies, size_of
from risk_platform.simulation.mixes import FALLING, RISING
from risk_platform.simulation.scenarios import CONTROL, DAY, SCENARIOS
from serving.reading import read_application

COUNT = 400
PRICE = ("int_rate", "installment")
# What differs from the applications that the same dice draw on an ordinary day.
CHANGED: dict[str, Collection[str]] = {
    "unit-error": changes.INCOMES,
    "frozen-bureau": changes.BUREAU,
    "vocabulary-swap": tuple(changes.UNSEEN_LABELS),
    "swapped-columns": ("annual_inc", "loan_amnt"),
    "rate-shock": PRICE,
    "fractions": [name for name in changes.PERCENTS if name != "int_rate"],
    "months-reworded": changes.MONTHS,
    "hundredfold-dti": ("dti",),
    "slow-walk": (*RISING, FALLING),
    "rogue-client": tuple(changes._ROGUE),  # noqa: SLF001
}
WHOLE = ("recession", "duplicate-posts", "repeated-requests")


def drawn_in(name: str, pool: Applications, before: int = 0, seed: int = 3) -> Applications:
    """Draw a scenario's applications."""
    return SCENARIOS[name].draw(pool, np.random.default_rng(seed), COUNT, before)


def refused(applications: Applications) -> int:
    """Count the applications that the service does not take."""
    number = 0
    for body in bodies(applications):
        try:
            read_application(body)
        except ApplicationError:
            number += 1
    return number


def differing(one: Applications, other: Applications) -> set[str]:
    """Return the columns in which applications differ."""
    return {name for name in one if not _are_same(one[name], other[name])}


def _are_same(one: Values, other: Values) -> bool:
    return np.array_equal(one, other, equal_nan=one.dtype != np.object_)


@pytest.mark.parametrize("name", CHANGED)
def test_a_change_changes_what_it_says_and_nothing_else(name: str, pool: Applications) -> None:
    """The same dice draw the same loans, so that all that differs is the scenario's."""
    bad, ordinary = drawn_in(name, pool, before=5 * DAY), drawn_in(CONTROL, pool)
    given = {column for body in bodies(ordinary) for column in json.loads(body)}
    assert differing(bad, ordinary) == {*CHANGED[name]} & given


@pytest.mark.parametrize("name", WHOLE)
def test_a_mix_changes_no_application(name: str, pool: Applications) -> None:
    """Each is one of the pool's."""
    assert {*bodies(drawn_in(name, pool))} <= {*bodies(pool)}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_the_same_by_the_same_dice(name: str, pool: Applications) -> None:
    """And none of them touches the pool."""
    before = bodies(pool)
    assert bodies(drawn_in(name, pool)) == bodies(drawn_in(name, pool))
    assert bodies(pool) == before


REFUSED = {
    "unit-error": (0.9, 1.0),
    "vocabulary-swap": (0.5, 0.5),
    "swapped-columns": (0.5, 1.0),
    "months-reworded": (1.0, 1.0),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_door_refuses_what_the_contract_does_not_know(name: str, pool: Applications) -> None:
    """Most bad days pass it: these are for drift to find."""
    low, high = REFUSED.get(name, (0.0, 0.0))
    assert low <= refused(drawn_in(name, pool)) / COUNT <= high


def test_incomes_are_a_thousandfold(pool: Applications) -> None:
    """To the cent."""
    bad, ordinary = drawn_in("unit-error", pool), drawn_in(CONTROL, pool)
    np.testing.assert_array_equal(bad["annual_inc"], np.multiply(ordinary["annual_inc"], 1_000))


def test_a_frozen_bureau_says_nothing(pool: Applications) -> None:
    """The bodies hold none of its columns, and all that the borrower said."""
    bad = bodies(drawn_in("frozen-bureau", pool))
    assert not [name for name in changes.BUREAU for body in bad if f'"{name}"'.encode() in body]
    assert all(b'"annual_inc"' in body and b'"loan_amnt"' in body for body in bad)


def test_renamed_labels_are_half_known_and_half_not(pool: Applications) -> None:
    """Those that are known are labels of the contract, those that are not are none."""
    bad = drawn_in("vocabulary-swap", pool)
    for name in changes.UNSEEN_LABELS:
        known = [label in BY_NAME[name].labels for label in bad[name]]
        assert known == [True, False] * (COUNT // 2)


def test_the_rate_shock_is_three_points_and_what_they_cost(pool: Applications) -> None:
    """Up to the highest rate there is; an instalment is that of the new rate."""
    bad, ordinary = drawn_in("rate-shock", pool), drawn_in(CONTROL, pool)
    risen = np.subtract(bad["int_rate"], ordinary["int_rate"])
    top = float(BY_NAME["int_rate"].high or 0)
    capped = np.asarray(bad["int_rate"], np.float64) == top
    np.testing.assert_allclose(risen[~capped], 3.0)
    assert np.all(np.greater(bad["installment"], ordinary["installment"])[~capped])


def test_people_in_a_recession_owe_more_and_are_worse_known(pool: Applications) -> None:
    """By more than chance: means of debt, scores and utilisation, and shares of labels."""
    bad, ordinary = drawn_in("recession", pool), drawn_in(CONTROL, pool)
    for name, sign in {"dti": 1, "revol_util": 1, "fico_range_low": -1}.items():
        apart = np.nanmean(np.asarray(bad[name], float)) - np.nanmean(
            np.asarray(ordinary[name], float)
        )
        assert sign * apart > 0.2 * np.nanstd(np.asarray(ordinary[name], float))
    businesses = [np.mean(one["purpose"] == "small_business") for one in (bad, ordinary)]
    assert businesses[0] > businesses[1]


def test_a_slow_walk_takes_a_small_step_a_day(pool: Applications) -> None:
    """Nothing on the first day; a fiftieth of a standard deviation more with each that follows."""
    ordinary = np.asarray(drawn_in(CONTROL, pool)["revol_util"], np.float64)
    sd = np.nanstd(np.asarray(pool["revol_util"], np.float64))
    for day in (0, 1, 10):
        walked = drawn_in("slow-walk", pool, before=day * DAY + DAY // 2)
        np.testing.assert_allclose(walked["revol_util"], ordinary + 0.02 * day * sd)


def test_duplicates_are_all_one(pool: Applications) -> None:
    """The same body, however often it is asked for."""
    drawn = [drawn_in("duplicate-posts", pool, before, seed=before) for before in (0, 250)]
    assert len({body for one in drawn for body in bodies(one)}) == 1


def test_a_rogue_stays_within_the_contract(pool: Applications) -> None:
    """What the door refuses could stop nobody."""
    assert refused(drawn_in("rogue-client", pool)) == 0
    assert size_of(drawn_in("rogue-client", pool)) == COUNT
