"""Parts of the loans and the passing of time: what is told of each, and what is not."""

from dataclasses import replace

import numpy as np
import pytest

from risk_platform.contract.splits import Split
from risk_platform.evaluation.metrics import auc
from risk_platform.evaluation.predictions import Predictions, predictions_of
from risk_platform.evaluation.slices import slices_of
from risk_platform.evaluation.stability import psi, psi_by_chance, stability
from risk_platform_tests.predicted import MODEL, predicted

TABLE = predicted(4_000)


@pytest.fixture(scope="module")
def test_loans() -> Predictions:
    """Return the loans of test."""
    return predictions_of(TABLE, Split.TEST, (MODEL,))


def test_every_loan_is_in_one_part_of_each_kind(test_loans: Predictions) -> None:
    """Vintages, grades, terms and segments each hold them all."""
    parts = slices_of(test_loans, MODEL)
    assert set(parts) == {"vintage", "grade", "term", "segment"}
    assert {by: sum(one.loans for one in of) for by, of in parts.items()} == dict.fromkeys(
        parts, 2_000
    )
    assert [one.name for one in parts["vintage"]] == ["2015-Q1", "2015-Q2", "2015-Q3", "2015-Q4"]


def test_a_part_has_its_own_figures(test_loans: Predictions) -> None:
    """Those of its loans, with the badge of the youngest."""
    (first, _) = slices_of(test_loans, MODEL)["term"]
    rows = test_loans.groups["term"] == "36 months"
    outcomes, pd = test_loans.outcomes[rows], test_loans.pds[MODEL][rows]
    assert first.auc is not None
    assert first.auc.value == pytest.approx(auc(outcomes, pd))
    assert (first.mean_pd, first.default_rate) == (pd.mean(), outcomes.mean())
    assert first.months_observed == test_loans.months_observed[rows].min()


def test_a_part_with_few_defaults_has_no_area() -> None:
    """It would be chance."""
    few = slices_of(predictions_of(predicted(200), Split.TEST, (MODEL,)), MODEL)
    assert {one.auc for one in few["vintage"]} == {None}


def test_psi_is_the_textbook_sum() -> None:
    """By hand: a tenth of the loans moves from the lowest decile to the highest."""
    before = np.arange(1_000.0)
    after = np.where(before < 50, 999.0, before)
    moved = (0.05 - 0.10) * np.log(0.05 / 0.10) + (0.15 - 0.10) * np.log(0.15 / 0.10)
    assert psi(before, after) == pytest.approx(moved, rel=1e-2)
    assert psi(before, before) == pytest.approx(0, abs=1e-3)


def test_the_band_of_chance_holds_nineteen_in_twenty_samples() -> None:
    """Of the same population, whatever their size."""
    rng = np.random.default_rng(1)
    found = [psi(rng.random(2_000), rng.random(300)) for _ in range(400)]
    above = np.mean(np.array(found) > psi_by_chance(2_000, 300))
    assert 0.02 <= above <= 0.10


def test_a_model_that_forgets_is_found_out(test_loans: Predictions) -> None:
    """Noise in the scores of test shows as lost Gini, and their shift as PSI."""
    validation = predictions_of(TABLE, Split.VALIDATION, (MODEL,))
    noise = np.random.default_rng(1).random(2_000)
    worse = Predictions(
        outcomes=test_loans.outcomes,
        pds={MODEL: noise},
        sub_grade=test_loans.sub_grade,
        issued=test_loans.issued,
        months_observed=test_loans.months_observed,
        groups=test_loans.groups,
        money=test_loans.money,
    )
    same, lost = (
        stability(validation, of, MODEL, slices_of(of, MODEL)["vintage"])
        for of in (test_loans, worse)
    )
    assert same.gini_decay == pytest.approx(0, abs=0.2)
    assert lost.gini_decay == pytest.approx(1, abs=0.2)
    assert same.shifts[0].psi < 0.05
    assert lost.shifts[0].psi > 0.25


def test_a_model_that_says_the_same_of_all_has_no_gini_to_lose(test_loans: Predictions) -> None:
    """Its figures are told all the same."""
    flat = replace(test_loans, pds={MODEL: np.full(len(test_loans.outcomes), 0.1)})
    assert stability(flat, flat, MODEL, ()).gini_decay is None
