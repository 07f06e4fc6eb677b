"""Loans that nobody decided on: scored, and what drifted in them explained by a sample."""

import numpy as np

from risk_platform.evaluation.drift.counted import seen
from risk_platform.evaluation.drift.decision import judge, judge_window
from risk_platform.evaluation.drift.explained import Kind
from risk_platform.evaluation.drift.scored import explained_by, scored_window
from risk_platform.features.definitions import INPUTS
from risk_platform.features.parse import Columns, parse_columns
from risk_platform_tests.monitored import Change, Given, world

WORLD = world()
REFERENCE = WORLD.bundle.reference


def loans(many: int, change: Change = dict) -> Columns:
    """Return loans that the champion was not trained on, each with a change."""
    return parse_columns(INPUTS, [change(dict(one)) for one in WORLD.applications[:many]])


def by_the_year(given: Given) -> Given:
    """Tell twelve times an income, as one who takes a month's for a year's."""
    return given | {"annual_inc": float(given["annual_inc"] or 0) * 12}


def at_home_elsewhere(given: Given) -> Given:
    """Tell a label that the contract knows, and training never saw."""
    return given | {"home_ownership": "OTHER"}


def test_loans_are_scored_as_the_champion_scores() -> None:
    """And approved by its policy, as far as they tell enough."""
    given = loans(300)
    window = scored_window(WORLD.bundle, given)
    assert window.pds.tolist() == WORLD.bundle.predict(given).tolist()
    assert 0 < window.approved.mean() < 1
    assert window.inputs.keys() == REFERENCE.population.features.keys()


def test_a_vintage_that_drifted_is_explained_by_a_sample() -> None:
    """What became of the input, and what that does to the mean PD."""
    report = judge_window(REFERENCE, scored_window(WORLD.bundle, loans(3_000, by_the_year)))
    sample = scored_window(WORLD.bundle, loans(500, by_the_year))
    found = explained_by(sample, report, REFERENCE, WORLD.bundle)
    (income,) = [of for of in found if of.signal.input == "household_income_usd"]
    assert income.kind is Kind.UNIT_ERROR
    assert income.effect < 0
    assert "household_income_usd is told in another unit" in income.sentence


def test_what_a_sample_does_not_show_is_not_explained() -> None:
    """A label of which the sample has none; nor is anything of a vintage without a sample."""
    whole = scored_window(WORLD.bundle, loans(3_000, at_home_elsewhere))
    report = judge(REFERENCE, seen(REFERENCE, whole), ())
    assert any(of.input == "home_ownership" for of in report.suspected)
    usual = scored_window(WORLD.bundle, loans(500))
    told = explained_by(usual, report, REFERENCE, WORLD.bundle)
    assert all(of.kind is not Kind.NEW_CATEGORY for of in told)
    nothing = whole.only(np.zeros(whole.loans, np.bool_))
    assert explained_by(nothing, report, REFERENCE, WORLD.bundle) == ()
