"""The trip-wire lets honest inputs pass and catches what knows the outcome."""

import numpy as np
import pytest

from risk_platform.evaluation.leakage import (
    CERTAINTY,
    FEWEST_LOANS,
    TRIP_WIRE,
    certainty,
    label_certainty,
    single_input_auc,
    spotless,
    suspects,
    tripped,
)
from risk_platform.evaluation.metrics import Outcomes, Scores, auc

OUTCOMES: Outcomes = (np.arange(1_000) % 5 == 0).astype(np.int8)
NOISE: Scores = np.random.default_rng(7).normal(size=1_000)
SIGNAL: Scores = NOISE + OUTCOMES


def known_of(loans: int) -> Scores:
    """Return the signal, known of so many loans."""
    return np.where(np.arange(len(SIGNAL)) < loans, SIGNAL, np.nan)


def test_an_input_is_judged_by_its_area() -> None:
    """It is the AUC that a model of this input alone would have."""
    assert single_input_auc(OUTCOMES, SIGNAL) == auc(OUTCOMES, SIGNAL)


def test_the_direction_of_an_input_does_not_matter() -> None:
    """A high FICO tells as much as a low one: both ways round have the same area."""
    falling = single_input_auc(OUTCOMES, -SIGNAL)
    assert falling == pytest.approx(auc(OUTCOMES, SIGNAL), abs=1e-12)


def test_only_loans_that_have_the_input_are_judged() -> None:
    """Whether a value is missing is not what is measured."""
    held = auc(OUTCOMES[:400], SIGNAL[:400])
    assert single_input_auc(OUTCOMES, known_of(400)) == held


@pytest.mark.parametrize(("loans", "judged"), [(FEWEST_LOANS, True), (FEWEST_LOANS - 1, False)])
def test_an_input_that_few_loans_have_is_not_judged(loans: int, *, judged: bool) -> None:
    """Below the fewest an area is chance."""
    assert (single_input_auc(OUTCOMES, known_of(loans)) is not None) is judged


def test_an_input_that_no_loan_has_is_not_judged() -> None:
    """All values are missing."""
    assert single_input_auc(OUTCOMES, known_of(0)) is None


@pytest.mark.parametrize("outcome", [0, 1])
def test_an_input_of_loans_that_all_end_alike_is_not_judged(outcome: int) -> None:
    """There is no other class to rank against."""
    assert single_input_auc(np.full(1_000, outcome, np.int8), SIGNAL) is None


def test_an_input_that_knows_the_outcome_trips_the_wire() -> None:
    """D19: principal received, say: small where the loan was charged off."""
    received = np.where(OUTCOMES == 1, 2_000.0, 10_000.0)
    aucs = {"received": single_input_auc(OUTCOMES, received)}
    assert tripped(aucs) == {"received": 1.0}


def test_honest_inputs_do_not_trip_it() -> None:
    """Neither noise nor a signal as strong as an honest one gets."""
    honest = {name: single_input_auc(OUTCOMES, of) for name, of in (("n", NOISE), ("s", SIGNAL))}
    assert tripped(honest) == {}


def test_what_tripped_is_named_from_the_highest() -> None:
    """At the wire is not above it, and what could not be judged is passed over."""
    aucs = {"low": 0.81, "at": TRIP_WIRE, "high": 0.99, "unjudged": None, "honest": 0.6}
    assert list(tripped(aucs).items()) == [("high", 0.99), ("low", 0.81)]


def test_an_input_that_is_known_of_few_is_caught_by_its_certainty() -> None:
    """Of ten defaulters one has recoveries: the area says little, the extreme everything."""
    outcomes = (np.arange(20_000) % 5 == 0).astype(np.int8)
    recoveries = np.where(np.arange(20_000) % 50 == 0, 100.0, 0.0)
    area, rate = single_input_auc(outcomes, recoveries), certainty(outcomes, recoveries)
    assert area == pytest.approx(0.55)
    assert tripped({"recoveries": area}) == {}
    assert tripped({"recoveries": rate}, CERTAINTY) == {"recoveries": 1.0}


def test_both_ends_of_an_input_are_looked_at() -> None:
    """A FICO that fell to the floor gives away as much as a payment that is too large."""
    assert certainty(OUTCOMES, SIGNAL) == certainty(OUTCOMES, -SIGNAL)


def test_an_extreme_of_loans_that_tie_has_their_mean_rate() -> None:
    """All loans have the same value: whichever are taken, one in five has defaulted."""
    assert certainty(OUTCOMES, np.zeros(1_000)) == pytest.approx(0.2)


def test_an_input_with_too_few_values_has_no_extremes() -> None:
    """Both ends would be the same loans."""
    assert certainty(OUTCOMES, known_of(2 * FEWEST_LOANS - 1)) is None


@pytest.mark.parametrize(("credible", "found"), [(0.70, ["strong"]), (0.80, [])])
def test_a_model_above_what_is_credible_is_named(credible: float, found: list[str]) -> None:
    """The limit is the protocol's; at it is not above it."""
    pds = {"strong": SIGNAL, "blind": NOISE}
    named = suspects("validation", OUTCOMES, pds, credible)
    assert [one.model for one in named] == found
    assert suspects("validation", OUTCOMES, {"at": SIGNAL}, auc(OUTCOMES, SIGNAL)) == ()


def test_models_of_few_loans_are_not_judged() -> None:
    """Below the fewest an area is chance."""
    few = slice(FEWEST_LOANS - 1)
    assert suspects("test", OUTCOMES[few], {"perfect": OUTCOMES[few].astype(np.float64)}, 0.8) == ()


def test_what_is_known_of_payers_alone_is_caught() -> None:
    """No area shows it, and no worse end; that no such loan ever defaults does."""
    settled = np.where((OUTCOMES == 0) & (np.arange(1_000) % 2 == 0), NOISE, np.nan)
    assert single_input_auc(OUTCOMES, settled) is None
    assert spotless(OUTCOMES, settled, are_labels=False) == "known"
    assert spotless(OUTCOMES, np.where(OUTCOMES == 1, NOISE, np.nan), are_labels=False) == "unknown"


def test_an_end_without_defaults_is_caught() -> None:
    """Where some sixty would have to be."""
    assert spotless(OUTCOMES, NOISE + 10 * OUTCOMES, are_labels=False) == "low"
    assert spotless(OUTCOMES, NOISE - 10 * OUTCOMES, are_labels=False) == "high"


@pytest.mark.parametrize("values", [NOISE, SIGNAL, known_of(400), known_of(0)])
def test_honest_inputs_have_defaults_everywhere(values: Scores) -> None:
    """A good one has fewer at one end, and some."""
    assert spotless(OUTCOMES, values, are_labels=False) == ""


def test_a_label_that_gives_the_outcome_away_is_caught() -> None:
    """Codes have no order: it is seen label by label, of defaulters and of payers."""
    codes = np.where(OUTCOMES == 1, 1.0, (np.arange(1_000) % 2) * 2.0)
    assert label_certainty(OUTCOMES, codes) == 1.0
    assert spotless(OUTCOMES, codes, are_labels=True) == "label 0"
    honest = (np.arange(1_000) % 3).astype(np.float64)
    assert label_certainty(OUTCOMES, honest) == pytest.approx(0.2, abs=0.02)
    assert spotless(OUTCOMES, honest, are_labels=True) == ""
