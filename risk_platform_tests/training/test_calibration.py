"""Scores become true on later loans, by what does best there, and are left alone otherwise."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from risk_platform.evaluation.metrics import auc, expected_calibration_error
from risk_platform.scoring.calibration import UNCALIBRATED, Isotonic, Platt
from risk_platform.scoring.points import points
from risk_platform.training.calibration import (
    AS_IT_IS,
    FEWEST,
    ISOTONIC,
    PLATT,
    calibrated,
    choose,
    fit_isotonic,
    fit_platt,
)
from risk_platform.training.champion import fit_champion
from risk_platform_tests.training.test_champion import TEST, TRAIN, VALIDATION

LOANS = 20_000
Numbers = NDArray[np.float64]


def logistic(odds: Numbers) -> Numbers:
    """Return probabilities of log-odds."""
    return 1 / (1 + np.exp(-odds))


@pytest.fixture(scope="module")
def odds() -> Numbers:
    """Return true log-odds of default."""
    return np.random.default_rng(3).normal(-2.5, 1.0, LOANS)


@pytest.fixture(scope="module")
def outcomes(odds: Numbers) -> NDArray[np.int8]:
    """Return outcomes drawn by them."""
    return (np.random.default_rng(4).random(LOANS) < logistic(odds)).astype(np.int8)


@pytest.fixture(scope="module")
def issued() -> NDArray[np.int64]:
    """Return months of issue, in no order."""
    return np.random.default_rng(5).integers(552, 558, LOANS)


def test_a_line_is_undone_by_platt(
    odds: Numbers, outcomes: NDArray[np.int8], issued: NDArray[np.int64]
) -> None:
    """Scores of twice the slope and too high get half the slope and are lowered."""
    chosen = choose(logistic(2 * odds + 1), outcomes, issued)
    assert chosen.kind == PLATT
    assert isinstance(chosen.calibration, Platt)
    assert chosen.calibration.slope == pytest.approx(0.5, abs=0.03)
    assert chosen.calibration.intercept == pytest.approx(-0.5, abs=0.06)


def test_a_bend_is_undone_by_isotonic(
    odds: Numbers, outcomes: NDArray[np.int8], issued: NDArray[np.int64]
) -> None:
    """A curve that no line follows: the low half is pressed together, the high half is not."""
    bent = logistic(np.where(odds < -2.5, -2.5 + 0.05 * (odds + 2.5), -2.5 + 3 * (odds + 2.5)))
    assert choose(bent, outcomes, issued).kind == ISOTONIC


def test_true_scores_stay_as_they_are(
    odds: Numbers, outcomes: NDArray[np.int8], issued: NDArray[np.int64]
) -> None:
    """Bit for bit."""
    chosen = choose(logistic(odds), outcomes, issued)
    assert (chosen.kind, chosen.calibration) == (AS_IT_IS, UNCALIBRATED)


def test_what_helps_earlier_loans_and_not_later_ones_is_not_chosen(
    odds: Numbers, outcomes: NDArray[np.int8], issued: NDArray[np.int64]
) -> None:
    """Scores were twice too high in odds and are right since."""
    scores = logistic(odds + np.where(issued < 555, np.log(2), 0.0))
    assert choose(scores, outcomes, issued).kind == AS_IT_IS


def test_all_candidates_are_judged_on_the_same_later_loans(
    odds: Numbers, outcomes: NDArray[np.int8], issued: NDArray[np.int64]
) -> None:
    """Their losses are told, and those of the scores as they are can be worked out."""
    scores = logistic(odds)
    losses = choose(scores, outcomes, issued).losses
    later = issued >= 555
    taken = np.where(outcomes == 1, scores, 1 - scores)[later]
    assert set(losses) == {AS_IT_IS, PLATT, ISOTONIC}
    assert losses[AS_IT_IS] == pytest.approx(float(-np.mean(np.log(taken))))


def test_too_few_defaults_teach_nothing(issued: NDArray[np.int64]) -> None:
    """Then scores stay as they are, and no loss is told."""
    few = np.zeros(LOANS, np.int8)
    few[: FEWEST - 1] = 1
    chosen = choose(np.full(LOANS, 0.3), few, issued)
    assert (chosen.kind, chosen.losses) == (AS_IT_IS, {})


def test_what_a_model_knew_of_its_prior_is_kept_where_nothing_does_better(
    odds: Numbers, outcomes: NDArray[np.int8], issued: NDArray[np.int64]
) -> None:
    """Its scores as they are, are those with the change of the prior undone."""
    undone = Platt(slope=1.0, intercept=-2.0)
    chosen = choose(logistic(odds + 2), outcomes, issued, undone)
    assert (chosen.kind, chosen.calibration) == (AS_IT_IS, undone)
    few = choose(logistic(odds + 2), outcomes, np.full(LOANS, 552), undone)
    assert few.calibration == undone


def test_loans_of_one_month_cannot_be_judged_by_later_ones(
    odds: Numbers, outcomes: NDArray[np.int8]
) -> None:
    """There are none."""
    assert choose(logistic(odds), outcomes, np.full(LOANS, 552)).losses == {}


def test_a_ranking_is_never_turned_over(
    odds: Numbers, outcomes: NDArray[np.int8], issued: NDArray[np.int64]
) -> None:
    """Where higher scores mean fewer defaults, a falling line would fit, and is no candidate."""
    chosen = choose(logistic(-odds), outcomes, issued)
    assert PLATT not in chosen.losses
    assert fit_platt(logistic(-odds), outcomes).slope < 0


def test_an_isotonic_curve_rises_between_its_knots(
    odds: Numbers, outcomes: NDArray[np.int8]
) -> None:
    """Through the centres of the steps, few knots for many loans, and hardly any order is lost."""
    curve = fit_isotonic(logistic(odds), outcomes)
    assert len(curve.scores) < 200
    assert (np.diff(curve.scores) > 0).all()
    assert (np.diff(curve.pds) > 0).all()
    before, after = auc(outcomes, odds), auc(outcomes, curve.apply(logistic(odds)))
    assert after > before - 0.001


def test_no_loan_is_surer_than_the_loans_that_taught() -> None:
    """The lowest scores never defaulted, the highest always did: one in as many, and two."""
    scores = np.linspace(0.001, 0.999, 400)
    certain = (scores > 0.5).astype(np.int8)
    curve = fit_isotonic(scores, certain)
    assert curve == Isotonic(curve.scores, pytest.approx((1 / 402, 401 / 402)))  # pyright: ignore[reportArgumentType]
    assert [points(pd) for pd in curve.apply(np.array([0.0, 1.0])).tolist()] == [660, 314]


def test_a_fitted_model_of_any_family_is_calibrated() -> None:
    """Trained to be too high, its PDs become true, its ranking stays, and its notes tell."""
    fitted = fit_champion(TRAIN, VALIDATION)
    high = replace(fitted, model=replace(fitted.model, calibration=Platt(1.0, 1.0)))
    weighted = _weighted()
    made = calibrated(weighted, VALIDATION)
    before, after = (of.predict(TEST.features) for of in (weighted, made))
    assert expected_calibration_error(TEST.outcomes, before) > 0.1
    assert expected_calibration_error(TEST.outcomes, after) < 0.04
    assert auc(TEST.outcomes, after) == pytest.approx(auc(TEST.outcomes, before), abs=1e-3)
    assert made.notes[-1].startswith("calibrated: ")
    again = calibrated(high, VALIDATION)
    assert again.model == calibrated(fitted, VALIDATION).model


def _weighted():  # noqa: ANN202 - a fitted model
    """Return a champion of loans whose payers were left out by two thirds."""
    keep = (TRAIN.outcomes == 1) | (np.arange(len(TRAIN.outcomes)) % 3 == 0)
    thinned = replace(
        TRAIN,
        features=TRAIN.features[keep],
        outcomes=TRAIN.outcomes[keep],
        issued=TRAIN.issued[keep],
        sub_grade=TRAIN.sub_grade[keep],
    )
    return fit_champion(thinned, thinned)
