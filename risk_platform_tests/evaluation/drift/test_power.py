"""What matters is found: in two windows of two thousand loans, and what is gross in the first."""

from collections.abc import Callable

import numpy as np
import pytest

from risk_platform.evaluation.drift.decision import DriftReport, judge_window
from risk_platform.evaluation.drift.distances import Floats
from risk_platform.evaluation.drift.explained import Kind, explained
from risk_platform.evaluation.drift.signals import Aspect, Signal
from risk_platform.evaluation.drift.window import Window
from risk_platform.handover.drift import Light
from risk_platform.scoring.monitored import Values
from risk_platform_tests.evaluation.drift.stable_quarter import Quarter

LOANS = 2_000
# Of training the lender sets it by risk: in either quarter no input carries more of the model.
IMPORTANT = "int_rate"
Change = Callable[[dict[str, Values], np.random.Generator], dict[str, Values]]


def number(inputs: dict[str, Values], name: str) -> Floats:
    """Return an input that is a number."""
    return np.asarray(inputs[name], np.float64)


def two_windows(quarter: Quarter, change: Change, repeat: int) -> tuple[DriftReport, DriftReport]:
    """Judge two windows of other loans that were changed alike."""
    first = judged(quarter, change, 10_000 + 2 * repeat)
    return first, judged(quarter, change, 10_001 + 2 * repeat, first)


def judged(
    quarter: Quarter, change: Change, seed: int, before: DriftReport | None = None
) -> DriftReport:
    """Judge a window that was changed."""
    suspected = before.suspected if before else frozenset[Signal]()
    return judge_window(quarter.bundle.reference, changed(quarter, change, seed), suspected)


def changed(quarter: Quarter, change: Change, seed: int) -> Window:
    """Return decisions on loans that were changed."""
    inputs = quarter.bootstrapped(LOANS, seed).inputs
    return quarter.decided(change({**inputs}, np.random.default_rng(seed)))


def moved(quarter: Quarter, deviations: float, *names: str) -> Change:
    """Return what moves inputs by so many standard deviations."""
    spreads = {name: float(np.nanstd(number({**quarter.unseen.inputs}, name))) for name in names}
    return lambda inputs, _: {
        **inputs,
        **{name: number(inputs, name) + deviations * sd for name, sd in spreads.items()},
    }


def most_important(quarter: Quarter, many: int) -> list[str]:
    """Return the inputs that are numbers and carry most of the model."""
    reference = quarter.bundle.reference
    names = sorted(reference.population.numbers, key=lambda name: -reference.importance[name])
    return names[:many]


def test_a_quarter_of_a_deviation_in_one_important_input_is_found(quarter: Quarter) -> None:
    """In at least 95 of 100 cases two windows are enough to stop."""
    assert most_important(quarter, 1) == [IMPORTANT]
    change, repeats = moved(quarter, 0.25, IMPORTANT), 200
    stopped = [two_windows(quarter, change, n)[1].light is Light.RED for n in range(repeats)]
    assert np.mean(stopped) >= 0.95


@pytest.mark.slow
def test_a_quarter_of_a_deviation_is_found_in_whichever_important_input(quarter: Quarter) -> None:
    """Suspected in one of two windows at least 95 times in 100; stopped most often."""
    for name in most_important(quarter, 10):
        change = moved(quarter, 0.25, name)
        reports = [two_windows(quarter, change, n) for n in range(100)]
        assert np.mean([bool(a.suspected or b.suspected) for a, b in reports]) >= 0.95, name
        assert np.mean([b.light is Light.RED for _, b in reports]) >= 0.8, name


def test_half_a_deviation_in_two_inputs_is_found(quarter: Quarter) -> None:
    """Always."""
    change = moved(quarter, 0.5, *most_important(quarter, 2))
    for repeat in range(20):
        assert two_windows(quarter, change, repeat)[1].light is Light.RED


def test_a_category_that_doubles_is_found(quarter: Quarter) -> None:
    """A label that a fifth of the loans bear; it stops if the model makes anything of it."""
    reference = quarter.bundle.reference
    name = max(reference.population.categories, key=reference.importance.__getitem__)
    profile = reference.population.categories[name]
    counts = dict(zip(profile.labels, profile.counts, strict=True))
    label = max(counts, key=lambda one: counts[one] if counts[one] < profile.known / 3 else 0)
    share = counts[label] / profile.known

    def doubled(inputs: dict[str, Values], rng: np.random.Generator) -> dict[str, Values]:
        others = rng.random(LOANS) < share / (1 - share)
        return {**inputs, name: np.where(others, label, inputs[name]).astype(np.object_)}

    stops = reference.importance[name] > 0.01
    for repeat in range(20):
        _, second = two_windows(quarter, doubled, repeat)
        assert name in {of.signal.input for of in second.findings if of.is_confirmed}
        assert second.light is (Light.RED if stops else Light.AMBER)


def in_thousands(inputs: dict[str, Values], _: np.random.Generator) -> dict[str, Values]:
    """Tell income in another unit, and all that is made of it."""
    income = ("annual_inc", "household_income_usd")
    ratios = ("loan_to_income", "instalment_to_income", "revol_bal_to_income", "debt_to_income")
    made = {name: number(inputs, name) * 1_000 for name in income if name in inputs}
    made |= {name: number(inputs, name) / 1_000 for name in ratios if name in inputs}
    return {**inputs, **made}


def lost(inputs: dict[str, Values], _: np.random.Generator) -> dict[str, Values]:
    """Lose an input."""
    return {**inputs, IMPORTANT: np.full(LOANS, np.nan)}


def swapped(inputs: dict[str, Values], _: np.random.Generator) -> dict[str, Values]:
    """Exchange two columns."""
    return {**inputs, "dti": inputs[IMPORTANT], IMPORTANT: inputs["dti"]}


def as_a_share(inputs: dict[str, Values], _: np.random.Generator) -> dict[str, Values]:
    """Encode per cent as a share."""
    return {**inputs, IMPORTANT: number(inputs, IMPORTANT) / 100}


@pytest.mark.parametrize("change", [in_thousands, lost, swapped, as_a_share])
def test_hard_cases_are_found_in_the_first_window(quarter: Quarter, change: Change) -> None:
    """Always, and without waiting for a second."""
    for repeat in range(20):
        assert judged(quarter, change, 20_000 + repeat).light is Light.RED


def test_another_vocabulary_is_found(quarter: Quarter) -> None:
    """Labels that are spelt otherwise are none that training saw; it stops if they matter."""
    reference = quarter.bundle.reference
    categories = reference.population.categories

    def respelt(inputs: dict[str, Values], _: np.random.Generator) -> dict[str, Values]:
        spelt = {name: np.array([*map(_respelt, inputs[name])], np.object_) for name in categories}
        return {**inputs, **spelt}

    stops = sum(reference.importance[name] for name in categories) > 0.01
    for repeat in range(20):
        _, second = two_windows(quarter, respelt, repeat)
        confirmed = {of.signal for of in second.findings if of.is_confirmed}
        assert {Signal(name, Aspect.UNSEEN) for name in categories} <= confirmed
        assert second.light is (Light.RED if stops else Light.AMBER)


def _respelt(label: str | None) -> str | None:
    return label and f"{label}_"


def test_a_unit_error_of_real_loans_is_explained_as_one(quarter: Quarter) -> None:
    """Income, what is made of it, and per cent that became shares; it moves the PDs."""
    for change, name, factor in (
        (in_thousands, "annual_inc", "1000"),
        (in_thousands, "loan_to_income", "0.001"),
        (as_a_share, IMPORTANT, "0.01"),
    ):
        window = changed(quarter, change, 1)
        (found,) = explained(
            quarter.bundle.reference,
            window,
            [Signal(name, Aspect.VALUES)],
            quarter.bundle.predict_values,
        )
        assert found.kind is Kind.UNIT_ERROR
        assert f"it is {factor} times what it was" in found.sentence
        assert found.effect != 0
