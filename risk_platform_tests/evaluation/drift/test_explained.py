"""What drifted is explained as what it is, and what it does to the PDs is asked of the model."""

import numpy as np
import pytest

from risk_platform.evaluation.drift.explained import Explanation, Kind, drawn, explained
from risk_platform.evaluation.drift.signals import Aspect, Signal
from risk_platform.evaluation.drift.window import Values
from risk_platform_tests.evaluation.drift.small_world import (
    REFERENCE,
    loans,
    number,
    predict,
    window_of,
    with_input,
)

LOANS = loans(3_000, seed=31)
FICO, INCOME, DTI = (number(LOANS, name) for name in ("fico_mid", "annual_inc", "dti"))


def explain(name: str, values: object, aspect: Aspect = Aspect.VALUES) -> Explanation:
    """Explain what became of one input."""
    window = window_of(with_input(LOANS, name, values))
    (found,) = explained(REFERENCE, window, [Signal(name, aspect)], predict)
    return found


@pytest.mark.parametrize("factor", [1_000, 100, 12, 0.01, 1 / 12, 0.001])
def test_another_unit_is_recognised(factor: float) -> None:
    """Thousands for units, per cent for shares, a year for a month, and back."""
    found = explain("annual_inc", INCOME * factor)
    assert found.kind is Kind.UNIT_ERROR
    assert f"it is {factor:g} times what it was in training" in found.sentence


def test_incomes_that_rise_tenfold_and_are_spread_otherwise_are_no_unit() -> None:
    """The median alone does not make one."""
    found = explain("annual_inc", 10 * np.median(INCOME) * (INCOME / np.median(INCOME)) ** 3)
    assert found.kind is not Kind.UNIT_ERROR


@pytest.mark.parametrize("changed", [FICO + 15, FICO - 15])
def test_a_move_is_recognised(changed: Values) -> None:
    """The whole distribution has moved, and its median tells by how much."""
    found = explain("fico_mid", changed)
    assert found.kind is Kind.LOCATION
    assert f"its median is {np.median(changed):g}, in training 700" in found.sentence


def test_incomes_that_grow_by_a_third_have_moved() -> None:
    """What grows in proportion moves as well."""
    assert explain("annual_inc", INCOME * 1.35).kind is Kind.LOCATION


def test_a_wider_spread_is_recognised() -> None:
    """About the same middle."""
    found = explain("fico_mid", 700 + (FICO - 700) * 2)
    assert found.kind is Kind.SPREAD
    assert "is spread otherwise: half of it is within" in found.sentence


def test_another_mix_is_recognised() -> None:
    """Two kinds of people where there was one."""
    found = explain("fico_mid", np.where(np.arange(3_000) % 2, 660.0, 740.0) + (FICO - 700) / 20)
    assert found.kind in {Kind.MIX, Kind.SPREAD}
    half_new = np.where(np.arange(3_000) % 3, FICO, 840.0)
    assert explain("fico_mid", half_new).kind is Kind.MIX


def test_missingness_is_recognised() -> None:
    """With how much of it there was."""
    found = explain("dti", np.where(np.arange(3_000) % 2, DTI, np.nan), Aspect.MISSING)
    assert found.kind is Kind.MISSINGNESS
    assert "is missing in 50.0% of the loans, in training in 0.0%" in found.sentence


def test_a_new_category_is_recognised_and_named() -> None:
    """The most frequent of them."""
    labels = np.where(np.arange(3_000) % 10, LOANS["purpose"], "yacht")
    found = explain("purpose", labels, Aspect.UNSEEN)
    assert found.kind is Kind.NEW_CATEGORY
    assert "a label that training never saw in 10.0%, mostly yacht" in found.sentence


def test_another_mix_of_categories_names_the_label_that_changed_most() -> None:
    """With its share, before and now."""
    labels = np.where(np.arange(3_000) % 2, LOANS["purpose"], "wedding")
    found = explain("purpose", labels)
    assert found.kind is Kind.MIX
    assert "wedding is 5" in found.sentence
    assert "in training 2." in found.sentence


def test_the_effect_is_what_the_model_makes_of_it() -> None:
    """Scored with that input as it was in training, the window has the mean PD of training."""
    found = explain("fico_mid", FICO - 30)
    window = window_of(with_input(LOANS, "fico_mid", FICO - 30))
    usual = window_of(LOANS).pds.mean()
    assert found.effect == pytest.approx(window.pds.mean() - usual, abs=0.01)
    assert f"the mean PD is {found.effect * 100:.2f} points higher" in found.sentence
    assert explain("open_acc", number(LOANS, "open_acc") + 9).sentence.endswith(
        "the mean PD hardly depends on it."
    )


def test_the_same_seed_explains_the_same() -> None:
    """Draws are seeded, and those of one input do not hang on which others are explained."""
    window = window_of(with_input(LOANS, "fico_mid", FICO - 30))
    fico, dti = (Signal(name, Aspect.VALUES) for name in ("fico_mid", "dti"))
    both = explained(REFERENCE, window, [fico, dti], predict)
    (alone,) = explained(REFERENCE, window, [fico], predict)
    assert alone == both[1]


def test_draws_are_like_the_reference() -> None:
    """Numbers, labels, and what is unknown."""
    rng = np.random.default_rng(0)
    profiles = REFERENCE.population.features
    fico = np.asarray(drawn(profiles["fico_mid"], 20_000, rng), np.float64)
    assert np.mean(fico) == pytest.approx(700, abs=1)
    months = np.asarray(drawn(profiles["mths_since_last_delinq"], 20_000, rng), np.float64)
    assert np.mean(np.isnan(months)) == pytest.approx(0.5, abs=0.02)
    assert np.mean(drawn(profiles["purpose"], 20_000, rng) == "car") == pytest.approx(
        0.08, abs=0.01
    )
