"""The gate lets through what shows all that is demanded, and says what is missing of the rest."""

from dataclasses import replace
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest

from risk_platform.evaluation.gate import (
    DEMANDED,
    GateReport,
    JudgedLoans,
    Limits,
    Rival,
    Verdict,
    judge,
)
from risk_platform.features.parse import Columns
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.scoring.bundle import ModelBundle, example_scores
from risk_platform.scoring.calibration import Platt
from risk_platform.scoring.examples import example_columns
from risk_platform.scoring.model import Family, Model
from risk_platform_tests.bundles import small_bundle, small_reference

LOANS = 4_000
CREDIBLE = 0.95
INPUTS = ("fico_mid", "dti")


def with_model(model: Model) -> ModelBundle:
    """Return a bundle with a model of ours, and a card that knows what it scores."""
    of = small_bundle()
    reference = small_reference(model)
    unproven = ModelBundle(model, of.state, of.card, of.segments, reference)
    card = replace(of.card, features=model.inputs, golden=example_scores(unproven))
    return ModelBundle(model, of.state, card, of.segments, reference)


def fitted(loans: int, *, bound: bool) -> Model:
    """Return a booster that learnt that a higher FICO means less risk, held to that or not."""
    rng = np.random.default_rng(3)
    fico, dti = rng.uniform(600, 850, loans), rng.uniform(0, 40, loans)
    defaults = rng.random(loans) < 1 / (1 + np.exp((fico - 640) / 40))
    data = lgb.Dataset(np.column_stack([fico, dti]), defaults, feature_name=list(INPUTS))
    held = {"monotone_constraints": [-1, 1]} if bound else {"min_data_in_leaf": 5}
    settings = {"objective": "binary", "verbose": -1, "num_threads": 1, **held}
    text = lgb.train(settings, data, num_boost_round=20).model_to_string()
    return Model(family=Family.LIGHTGBM, inputs=INPUTS, text=text)


BUNDLE = with_model(fitted(4_000, bound=True))


class Blurred(ModelBundle):
    """A bundle whose log-odds are off by given noise."""

    def __init__(self, of: ModelBundle, noise: np.ndarray) -> None:
        super().__init__(of.model, of.state, of.card, of.segments, of.reference)
        self.noise = noise

    def predict(self, columns: Columns) -> np.ndarray:
        """Return blurred PDs."""
        pd = super().predict(columns)
        return 1 / (1 + np.exp(-(np.log(pd / (1 - pd)) + self.noise[: len(pd)])))


def applications(loans: int = LOANS) -> Columns:
    """Return hand-written applications over and over, each with a FICO of its own."""
    given = example_columns()
    many: dict[str, Any] = {name: np.resize(values, loans) for name, values in given.items()}
    fico = np.random.default_rng(1).integers(600, 846, loans).astype(np.float64)
    return many | {"fico_range_low": fico, "fico_range_high": fico + 4}


APPLICATIONS = applications()
PDS = BUNDLE.predict(APPLICATIONS)
OUTCOMES = (np.random.default_rng(2).random(LOANS) < PDS).astype(np.int8)
LOADED = LoadedModel(bundle=BUNDLE, version=7, digest="d" * 64)


def judged(bundle: ModelBundle = BUNDLE, **changes: Any) -> Verdict:
    """Judge a bundle on loans that default as ``BUNDLE`` says."""
    limits = {"credible_auc": CREDIBLE, "inputs": INPUTS, "candidates": 1}
    given = {"champion": None, "said": bundle.predict(APPLICATIONS), **limits, **changes}
    outcomes = given.pop("outcomes", OUTCOMES)
    loans = JudgedLoans(applications=APPLICATIONS, outcomes=outcomes, said=given["said"])
    model = LoadedModel(bundle=bundle, version=8, digest="e" * 64)
    rival = Rival(model=given["champion"], why_none="Nothing leads yet.")
    set_limits = Limits(**{name: given[name] for name in limits})
    return judge("model_lightgbm", model, rival, loans, set_limits)


def broken(verdict: Verdict) -> list[str]:
    """Return what does not hold."""
    return [name for name, found in verdict.found.items() if not found.passed]


def test_a_good_model_passes() -> None:
    """Everything that is demanded is looked into, and holds."""
    verdict = judged()
    assert broken(verdict) == []
    assert verdict.passed
    assert verdict.found.keys() == DEMANDED.keys()


def test_a_model_that_scores_examples_otherwise_is_stopped() -> None:
    """By one bit of one example."""
    golden = {**BUNDLE.card.golden, "good": np.nextafter(BUNDLE.card.golden["good"], 1)}
    card = replace(BUNDLE.card, golden=golden)
    verdict = judged(
        ModelBundle(BUNDLE.model, BUNDLE.state, card, BUNDLE.segments, BUNDLE.reference)
    )
    assert broken(verdict) == ["scores_its_examples_bit_for_bit"]
    assert "good" in verdict.why_not


def test_a_model_that_is_not_the_one_that_was_judged_is_stopped() -> None:
    """Its figures would be another's."""
    said = PDS.copy()
    said[17] += 1e-6
    verdict = judged(said=said)
    assert broken(verdict) == ["says_what_it_was_judged_by"]
    assert "by up to 1e-06" in verdict.why_not


def test_a_model_that_reads_what_its_protocol_does_not_allow_is_stopped() -> None:
    """A price, where the protocol lets it read what is known at application."""
    verdict = judged(inputs=("fico_mid",))
    assert broken(verdict) == ["reads_what_the_protocol_allows"]
    assert "does not allow: dti." in verdict.why_not


def test_a_model_that_ranks_incredibly_well_is_stopped() -> None:
    """It must have seen the outcome."""
    assert broken(judged(credible_auc=0.55)) == ["ranks_no_better_than_is_credible"]


def test_a_model_that_ranks_backwards_is_stopped() -> None:
    """It says less than the default rate does, and goes against credit sense."""
    backwards = replace(BUNDLE.model, calibration=Platt(slope=-1.0, intercept=-2.0))
    found = broken(judged(with_model(backwards)))
    assert {"beats_the_base_rate", "keeps_to_credit_sense"} <= set(found)


def test_a_model_that_says_half_the_risk_is_stopped() -> None:
    """Ranking as well as any, it is not calibrated."""
    mild = replace(BUNDLE.model, calibration=Platt(slope=1.0, intercept=-1.0))
    verdict = judged(with_model(mild))
    assert "is_calibrated" in broken(verdict)
    assert "The means may differ by" in verdict.why_not
    assert "keeps_to_credit_sense" not in broken(verdict)


@pytest.mark.parametrize(("times", "passes"), [(0.6, False), (1.0, True), (1.6, False)])
def test_where_few_default_too_a_wrong_mean_is_seen(times: float, *, passes: bool) -> None:
    """At a rate of six in a hundred, as within twelve months."""
    rare = 1 / (1 + np.exp(-(np.log(PDS / (1 - PDS)) - 1.7)))
    outcomes = (np.random.default_rng(5).random(LOANS) < rare).astype(np.int8)
    shift = Platt(slope=1.0, intercept=-1.7 + float(np.log(times)))
    verdict = judged(with_model(replace(BUNDLE.model, calibration=shift)), outcomes=outcomes)
    assert verdict.found["is_calibrated"].passed is passes


@pytest.mark.parametrize("slope", [0.5, 2.0])
def test_a_model_whose_mean_alone_is_right_is_stopped(slope: float) -> None:
    """Too sure, or not sure enough, of each loan."""
    logits = np.log(PDS / (1 - PDS))
    shifts = np.linspace(-4, 4, 401)
    means = [(1 / (1 + np.exp(-(slope * logits + shift)))).mean() for shift in shifts]
    shift = float(shifts[np.argmin(np.abs(np.array(means) - OUTCOMES.mean()))])
    skewed = replace(BUNDLE.model, calibration=Platt(slope=slope, intercept=shift))
    assert broken(judged(with_model(skewed))) == ["is_calibrated"]


def test_a_lead_is_looked_for_no_oftener_than_there_are_candidates() -> None:
    """What leads by little, alone, does not where a thousand were tried."""
    noise = np.random.default_rng(4).normal(0, 0.6, LOANS)
    worse = fitted(4_000, bound=True)
    rival = LoadedModel(bundle=Blurred(with_model(worse), noise), version=3, digest="")
    assert judged(champion=rival).passed
    assert broken(judged(champion=rival, candidates=10**9)) == ["leads_the_champion_beyond_noise"]


def test_a_model_of_which_credit_sense_says_nothing_is_stopped() -> None:
    """It promises nothing, so nothing was seen to be kept."""
    free = Model(
        family=Family.LIGHTGBM,
        inputs=("loan_amnt",),
        text=lgb.train(
            {"objective": "binary", "verbose": -1, "num_threads": 1},
            lgb.Dataset(
                np.arange(200.0)[:, None], np.arange(200) % 5 == 0, feature_name=["loan_amnt"]
            ),
            2,
        ).model_to_string(),
    )
    verdict = judged(with_model(free), inputs=("loan_amnt",))
    assert "keeps_to_credit_sense" in broken(verdict)
    assert "nothing of which credit sense says anything" in verdict.why_not


def test_a_model_that_goes_against_credit_sense_is_stopped() -> None:
    """Here and there, as a booster that is bound to nothing does on few loans."""
    verdict = judged(with_model(fitted(300, bound=False)))
    assert "keeps_to_credit_sense" in broken(verdict)
    assert "takes what is better for what is worse, by" in verdict.why_not


def test_a_model_must_lead_what_leads_beyond_noise() -> None:
    """The same model again leads by nothing; one that ranks at random is led by far."""
    again = judged(champion=LOADED)
    assert broken(again) == ["leads_the_champion_beyond_noise"]
    assert "version 7 by +0.0000" in again.why_not
    flat = with_model(replace(BUNDLE.model, calibration=Platt(slope=-1.0, intercept=-2.0)))
    assert judged(champion=LoadedModel(bundle=flat, version=3, digest="")).passed


@pytest.mark.parametrize(("first", "shown"), [("good", "good"), ("bad", "second")])
def test_the_first_that_passes_is_proposed(first: str, shown: str) -> None:
    """The best on validation need not be the one."""
    good, bad = judged(), judged(credible_auc=0.55)
    verdicts = {
        "good": (replace(good, candidate="good"),),
        "bad": (replace(bad, candidate="bad"), replace(good, candidate="second")),
    }[first]
    report = GateReport(protocol="window12", verdicts=verdicts)
    assert report.shown.candidate == shown
    assert report.passed is not None


def test_where_none_passes_the_best_is_shown() -> None:
    """With what it lacks."""
    bad = judged(credible_auc=0.55)
    report = GateReport(protocol="window12", verdicts=(bad, replace(bad, candidate="other")))
    assert report.passed is None
    assert report.shown is bad
