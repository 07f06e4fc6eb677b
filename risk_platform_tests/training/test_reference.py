"""A reference says what training loans were, and what the model made of them."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from risk_platform.features.bins import bins_of
from risk_platform.features.definitions import INPUTS
from risk_platform.features.parse import Columns, parse_columns
from risk_platform.scoring.examples import EXAMPLES
from risk_platform.scoring.policy import Policy, Verdict
from risk_platform.scoring.reference import Reference
from risk_platform.scoring.score import score_applications
from risk_platform.spark.learn import summarise_columns
from risk_platform.training.reference import (
    BINS,
    number_profile,
    population_of,
    reference_of,
)
from risk_platform_tests.bundles import small_bundle

BUNDLE = small_bundle()
POLICY = Policy(approve_from=560, decline_below=545)


def columns(many: int) -> Columns:
    """Return the hand-written applications, over and over, each of another FICO."""
    rng = np.random.default_rng(5)
    given = [{**application} for application in [*EXAMPLES.values()] * (many // len(EXAMPLES))]
    for application in given:
        application["fico_range_low"] = float(rng.integers(600, 900))
        application["issue_d"] = "2018-06"
        application["annual_inc"] = None if rng.random() < 0.1 else 60_000
    return parse_columns(INPUTS, given)


LOANS = columns(500)


@pytest.fixture(scope="module")
def reference() -> Reference:
    """Return the reference of the small model, trained on those loans."""
    population = population_of(summarise_columns(LOANS), draws=20)
    return reference_of(population, BUNDLE.model, BUNDLE.state, POLICY, LOANS)


def test_a_number_is_in_bins_of_about_as_many_loans() -> None:
    """No bin holds more than its hundredth and what ties with it; edges are values of loans."""
    values = np.round(np.random.default_rng(1).lognormal(11, 0.6, 50_000))
    profile = number_profile(bins_of(values), 7)
    assert len(profile.counts) == BINS
    assert sum(profile.counts) == 50_000
    assert max(profile.counts) < 1.2 * 50_000 / BINS
    assert {profile.lowest, *profile.highs} <= set(values)
    inside, _ = np.histogram(values, [-np.inf, *np.nextafter(profile.highs, np.inf)])
    assert tuple(inside.tolist()) == profile.counts
    assert (profile.lowest, profile.highs[-1]) == (values.min(), values.max())
    quartiles = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
    assert profile.quartiles == pytest.approx(quartiles, rel=1e-3)


def test_a_value_that_most_loans_have_is_a_bin() -> None:
    """Nine of ten have none: the others are told apart as finely as can be."""
    values = np.concatenate([np.zeros(9_000), np.arange(1.0, 1_001)])
    profile = number_profile(bins_of(values), 0)
    assert (profile.highs[0], profile.counts[0]) == (0.0, 9_000)
    assert len(profile.counts) == 11


def test_each_input_of_the_model_has_a_profile_and_its_importance(reference: Reference) -> None:
    """Numbers and categories, of all loans; importances are shares of the whole."""
    assert reference.population.features.keys() == {*BUNDLE.model.inputs}
    assert reference.population.loans == 500
    assert sum(reference.importance.values()) == pytest.approx(1)
    assert max(reference.importance, key=reference.importance.__getitem__) == "fico_mid"
    assert reference.population.categories["home_ownership"].known > 0


def test_a_value_beyond_the_bounds_of_training_is_kept_as_it_was(reference: Reference) -> None:
    """The model's inputs are winsorised at 850 and filled; the profile is of what was given."""
    fico = reference.population.numbers["fico_mid"]
    assert fico.highs[-1] > BUNDLE.state.bounds["fico_mid"].high
    assert reference.population.numbers["annual_inc"].unknown > 0
    assert "annual_inc" in BUNDLE.state.medians


def test_what_the_model_made_of_its_loans_is_what_the_service_makes_of_them(
    reference: Reference,
) -> None:
    """PDs, approvals - referred where too little is known - and what was not given."""
    names = [column.name for column in INPUTS]
    tables = [pa.array(LOANS[name], from_pandas=True).to_pylist() for name in names]
    given = [dict(zip(names, row, strict=True)) for row in zip(*tables, strict=True)]
    bundle = type(BUNDLE)(
        BUNDLE.model, BUNDLE.state, BUNDLE.card, BUNDLE.segments, BUNDLE.reference, policy=POLICY
    )
    scored = score_applications(bundle, given, 0, [False] * len(given))
    approved = np.mean([one.verdict is Verdict.APPROVE for one in scored])
    assert 0 < approved < 1
    assert reference.scores.approval_rate == approved
    assert reference.scores.mean_pd == pytest.approx(np.mean([one.pd for one in scored]))
    missing = np.mean([len(one.missing) for one in scored]) / len(INPUTS)
    assert reference.scores.imputed_share == pytest.approx(missing)
    assert reference.scores.pds.highs[-1] == max(one.pd for one in scored)


def test_a_reference_comes_back_as_it_went(reference: Reference) -> None:
    """To the bit, and small enough to travel with each model."""
    text = reference.to_json()
    assert Reference.from_json(text) == reference
    assert Reference.from_json(text).to_json() == text
    assert len(text) < 300_000


def test_the_same_loans_make_the_same_reference(reference: Reference) -> None:
    """Draws are seeded."""
    population = population_of(summarise_columns(LOANS), draws=20)
    again = reference_of(population, BUNDLE.model, BUNDLE.state, POLICY, LOANS)
    assert again.to_json() == reference.to_json()


@pytest.mark.parametrize(
    "spoilt",
    [
        {"importance": {}},
        {"importance": dict.fromkeys(BUNDLE.model.inputs, 2.0)},
    ],
)
def test_parts_that_do_not_go_together_are_refused(
    reference: Reference, spoilt: dict[str, dict[str, float]]
) -> None:
    """An input without importance would never count."""
    with pytest.raises(ValueError, match="each input of a reference has its importance"):
        replace(reference, **spoilt)  # pyright: ignore[reportArgumentType]


def test_a_reference_that_is_none_is_refused(reference: Reference) -> None:
    """Bins out of order, counts of other loans, a share above one, text that is not JSON."""
    text = reference.to_json()
    for spoilt in (
        text.replace('"loans":500', '"loans":501', 1),
        text.replace('"approval_rate":', '"approval_rate":9', 1),
        text.replace('"highs":[', '"highs":[9e99,', 1),
        text[:-2],
        "{}",
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - each says something else
            Reference.from_json(spoilt)
