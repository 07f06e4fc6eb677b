"""Scoring applications: what each gets, and that it gets it whoever is scored with it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs

from risk_platform.contract.column import Applicants
from risk_platform.contract.columns import BY_NAME
from risk_platform.features.definitions import FEATURES, INPUT_COLUMNS, INPUTS
from risk_platform.features.parse import Value, parse_value
from risk_platform.scoring.bundle import ModelBundle
from risk_platform.scoring.calibration import Isotonic, Platt
from risk_platform.scoring.examples import EXAMPLES, example_columns
from risk_platform.scoring.gaps import Gaps, told_apart
from risk_platform.scoring.model import Family
from risk_platform.scoring.policy import Policy, Verdict
from risk_platform.scoring.score import Scored, score_applications, warm_up
from risk_platform_tests.bundles import small_bundle, small_reference
from risk_platform_tests.scoring.families.small_models import small_model

NOW = (2026 - 1970) * 12
BUNDLE = small_bundle()
OF_TWO = {column.name for column in INPUTS if column.asked_of is Applicants.JOINT}
GOOD, BAD = {"fico_range_low": 820.0, "fico_range_high": 824.0}, {"fico_range_low": 610.0}


def given(name: str) -> dict[str, Value]:
    """Return an example in typed values."""
    return {column: parse_value(BY_NAME[column], raw) for column, raw in EXAMPLES[name].items()}


def scored(
    application: Mapping[str, Value], bundle: ModelBundle = BUNDLE, *, explain: bool = False
) -> Scored:
    """Score one application."""
    return score_applications(bundle, [application], NOW, [explain])[0]


def bundle_of(family: Family) -> ModelBundle:
    """Return a bundle with a model of a family."""
    if family is Family.LIGHTGBM:
        return BUNDLE
    model = small_model(family)
    card = replace(BUNDLE.card, family=family, features=model.inputs)
    return ModelBundle(model, BUNDLE.state, card, BUNDLE.segments, small_reference(model))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_gets_the_bits_of_the_card(name: str) -> None:
    """Alone, an application scores as it did among others when the model was made."""
    dated = {"issue_d": None} | given(name)
    if dated["issue_d"] is not None:
        assert scored(dated).pd == BUNDLE.card.golden[name]
    else:
        assert "issue_d" not in scored(dated).missing


@pytest.mark.parametrize("family", Family)
def test_an_application_gets_the_same_alone_and_in_a_batch(family: Family) -> None:
    """All of it, to the bit: PD, verdict, reasons and the digest of its features; of any family."""
    rng = np.random.default_rng(4)
    names = [*EXAMPLES]
    batch = [given(names[number % len(names)]) for number in range(64)]
    for application in batch:
        for column in rng.choice(list(application), 3):
            application[str(column)] = None
        application["fico_range_low"] = float(rng.integers(600, 850))
    bundle = bundle_of(family)
    together = score_applications(bundle, batch, NOW, [True] * 64)
    assert together == [scored(application, bundle, explain=True) for application in batch]
    assert len({one.pd for one in together}) > 2


def test_nobody_is_scored_where_nobody_applies() -> None:
    """An empty batch has no scores."""
    assert score_applications(BUNDLE, [], NOW, []) == []


def test_what_was_not_given_is_listed() -> None:
    """Every column that the model reads is given or missing; the month is filled in."""
    one = scored({"fico_range_low": 700.0, "desc": None, "application_type": "Joint App"})
    filled = {"fico_range_low", "issue_d", "application_type"}
    assert set(one.missing) == set(INPUT_COLUMNS) - filled


@pytest.mark.parametrize("kind", ["Individual", None])
def test_what_is_asked_of_two_is_not_missing_of_one(kind: str | None) -> None:
    """Who does not say for how many it is counts as one; that it was not said is listed."""
    wanted = set(INPUT_COLUMNS) - OF_TWO - {"issue_d"} - ({"application_type"} if kind else set())
    assert set(scored({"application_type": kind}).missing) == wanted


def test_of_one_borrower_only_what_is_asked_of_one_counts_as_unknown() -> None:
    """A model that reads nothing but co-applicants knows enough of who has none."""
    inputs = [one.name for one in FEATURES if OF_TWO.issuperset(one.sources)]
    gaps, rows = Gaps(inputs, np.ones(len(inputs))), (2, len(INPUT_COLUMNS))
    missing, not_asked = told_apart(np.full(rows, fill_value=True), np.array([False, True]))
    lacking, _ = gaps.of(np.full((2, len(inputs)), fill_value=True), missing, not_asked)
    assert gaps.too_many(lacking).tolist() == [False, True]


def test_a_null_counts_as_not_given() -> None:
    """``None`` and absence are one."""
    assert scored({"dti": None}) == scored({})


def test_less_fico_is_more_risk() -> None:
    """PD and points move against one another, as the model learnt."""
    good, bad = score_applications(BUNDLE, [GOOD, BAD], NOW, [False, False])
    assert good.pd < bad.pd
    assert good.points > bad.points


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_application_gets_the_segment_that_it_has_among_others(name: str) -> None:
    """Its number counts from 1, and its name is that of the bundle."""
    place = int(BUNDLE.segment(example_columns())[list(EXAMPLES).index(name)])
    one = scored(given(name))
    assert (one.segment, one.segment_name) == (place + 1, BUNDLE.segments.names[place])


def test_an_application_with_nothing_in_it_has_a_segment() -> None:
    """What is unknown counts as usual."""
    assert scored({}).segment_name == "low FICO"


def test_the_verdict_is_that_of_the_bundles_policy() -> None:
    """Other thresholds, another verdict of the same points; the answer names the policy."""
    usual = scored(given("good"))
    harsh = ModelBundle(
        BUNDLE.model,
        BUNDLE.state,
        BUNDLE.card,
        BUNDLE.segments,
        BUNDLE.reference,
        policy=Policy(approve_from=900, decline_below=800),
    )
    declined = scored(given("good"), harsh)
    assert (usual.verdict, declined.verdict) == (Verdict.APPROVE, Verdict.DECLINE)
    assert declined.points == usual.points
    assert (usual.policy, declined.policy) == (BUNDLE.policy.version, harsh.policy.version)


def test_reasons_are_told_where_they_are_owed_or_asked_for() -> None:
    """Always to who is not approved; to who is, on request, and the score is the same."""
    silent, told = (scored(given("good"), explain=explain) for explain in (False, True))
    assert silent.reasons == ()
    assert told.reasons
    assert structs.replace(told, reasons=()) == silent
    assert scored(given("bad")).reasons[0].code == "AA01"


def test_reasons_add_up_with_a_calibration() -> None:
    """A line in log-odds stretches them by its slope; a curve leaves them as the model's own."""
    plain = scored(given("bad")).reasons[0].contribution
    for calibration, times in ((Platt(0.5, -1.0), 0.5), (Isotonic((0.1, 0.9), (0.2, 0.8)), 1.0)):
        model = replace(BUNDLE.model, calibration=calibration)
        parts = (model, BUNDLE.state, BUNDLE.card, BUNDLE.segments, BUNDLE.reference)
        bundle = ModelBundle(*parts)
        told = scored(given("bad"), bundle, explain=True).reasons[0].contribution
        assert told == pytest.approx(times * plain, rel=1e-12)


def test_an_application_of_which_too_little_is_known_is_referred() -> None:
    """FICO carries most of this model: without it nobody is approved or declined, and it is said.

    A median stands for it in the score all the same.
    """
    without = {"fico_range_low": None, "fico_range_high": None}
    lenient = ModelBundle(
        BUNDLE.model,
        BUNDLE.state,
        BUNDLE.card,
        BUNDLE.segments,
        BUNDLE.reference,
        policy=Policy(approve_from=500, decline_below=500),
    )
    unknown, known = (scored(given("good") | of, lenient) for of in (without, {}))
    assert (unknown.verdict, unknown.too_little_known) == (Verdict.REFER, True)
    assert (known.verdict, known.too_little_known) == (Verdict.APPROVE, False)
    assert lenient.policy.verdict(unknown.points) is Verdict.APPROVE
    bad = scored(given("bad") | without)
    assert (bad.verdict, bad.too_little_known) == (Verdict.REFER, True)


@pytest.mark.parametrize("family", Family)
def test_too_little_is_known_of_nobody_at_all(family: Family) -> None:
    """Whatever the family makes of its inputs, an empty application is referred."""
    assert scored({}, bundle_of(family)).too_little_known
    assert scored({}, bundle_of(family)).verdict is Verdict.REFER


def test_one_borrower_lacks_nothing_that_is_asked_of_two() -> None:
    """A co-applicant's fields are missing of a joint application alone."""
    sole = given("middling")
    joint = sole | {"application_type": "Joint App"}
    lacking = [{reason.code for reason in scored(of, explain=True).reasons} for of in (sole, joint)]
    co_applicant = {f"{kind}{number}" for kind in ("AA", "AM") for number in range(34, 40)}
    assert lacking[0].isdisjoint(co_applicant)


def test_a_ratio_over_nothing_is_not_missing() -> None:
    """An income of 0 was given: that ratios to it are unknown is no gap in the application."""
    broke = given("middling") | {"annual_inc": 0.0}
    codes = {reason.code for reason in scored(broke, explain=True).reasons}
    assert codes.isdisjoint({"AM02", "AM03", "AM04"})


def test_the_digest_is_that_of_the_features() -> None:
    """The same application has the same, and one that says anything else another."""
    first, again, other = (
        scored(given("good") | {"dti": dti}).features_digest for dti in (9.4, 9.4, 9.5)
    )
    assert first == again != other


def test_a_bundle_is_warmed_up() -> None:
    """Scoring the examples raises nothing."""
    warm_up(BUNDLE)
