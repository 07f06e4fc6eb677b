"""The decision: stop when it must be, do not where nothing is wrong, and say why."""

from collections.abc import Callable

import numpy as np
import pytest

from risk_platform.evaluation.drift.decision import DriftReport, judge_window
from risk_platform.evaluation.drift.gross import Rule
from risk_platform.evaluation.drift.limits import Limits
from risk_platform.evaluation.drift.signals import Aspect, Signal
from risk_platform.handover.drift import Light
from risk_platform.scoring.monitored import Values
from risk_platform_tests.evaluation.drift.small_world import (
    PURPOSES,
    REFERENCE,
    Loans,
    loans,
    number,
    window_of,
    with_input,
)

ENOUGH = 2_000
Change = Callable[[Loans], dict[str, Values]]


def judged(of: Loans, before: DriftReport | None = None) -> DriftReport:
    """Judge decisions on loans, after a window that was judged before."""
    suspected = before.suspected if before else frozenset[Signal]()
    return judge_window(REFERENCE, window_of(of), suspected)


def twice(change: Change, many: int = ENOUGH) -> tuple[DriftReport, DriftReport]:
    """Judge two windows of other loans that were changed alike."""
    first = judged(change(loans(many, seed=11)))
    return first, judged(change(loans(many, seed=12)), first)


def moved(name: str, by: float) -> Change:
    """Return what adds to an input."""
    return lambda of: with_input(of, name, number(of, name) + by)


def rules(report: DriftReport) -> set[Rule]:
    """Return the rules that fired."""
    return {fired.rule for fired in report.fired}


def test_nothing_has_drifted_where_nothing_is_different() -> None:
    """The light is green, and the share nothing."""
    first, second = twice(lambda of: {**of})
    assert (first.light, second.light) == (Light.GREEN, Light.GREEN)
    assert (second.share, second.drifted, second.fired) == (0.0, (), ())
    assert second.sentence == "No input has drifted."


def test_one_window_is_a_warning_and_two_are_a_stop() -> None:
    """A third of a deviation in an important input is suspected, then confirmed."""
    first, second = twice(moved("fico_mid", 10))
    assert (first.light, first.share, first.drifted) == (Light.AMBER, 0.0, ())
    assert Signal("fico_mid", Aspect.VALUES) in first.suspected
    assert (second.light, second.drifted) == (Light.RED, ("fico_mid",))
    assert second.share == pytest.approx(0.4)
    assert rules(second) == {Rule.SHARE}
    assert "carries 40.0% of the model (over 1.0%)" in second.sentence


def test_two_windows_that_suspect_other_inputs_confirm_none() -> None:
    """What is confirmed is a signal, not a feeling."""
    first = judged(moved("fico_mid", 10)(loans(ENOUGH, seed=11)))
    second = judged(moved("open_acc", 2)(loans(ENOUGH, seed=12)), first)
    assert second.light is Light.AMBER
    assert not any(finding.is_confirmed for finding in second.findings)


def test_what_the_model_hardly_reads_is_watched_and_stops_nothing() -> None:
    """Its share is below one per cent, however often it is confirmed."""
    _, second = twice(moved("open_acc", 1.5))
    assert [f.signal.input for f in second.findings if f.is_confirmed] == ["open_acc"]
    assert (second.light, second.share) == (Light.AMBER, pytest.approx(0.005))
    assert second.sentence == "To be watched: open_acc."


def test_a_distance_that_chance_does_not_explain_need_not_matter() -> None:
    """A tenth of a deviation is no drift, though a window of fifty thousand proves it."""
    report = judged(moved("fico_mid", 3)(loans(50_000, seed=11)))
    found = next(f for f in report.findings if f.signal == Signal("fico_mid", Aspect.VALUES))
    assert found.p_adjusted < 1e-6
    assert report.light is Light.GREEN


def test_too_few_loans_are_no_verdict() -> None:
    """Nor a stop, though they are a deviation away."""
    report = judged(moved("dti", 3)(loans(ENOUGH - 1, seed=11)))
    assert report.light is Light.INSUFFICIENT
    assert report.suspected == frozenset()
    assert report.sentence == "1,999 loans are too few to say: 2,000 are needed."


def half_a_unit(of: Loans) -> dict[str, Values]:
    """Tell income in thousands of what it was."""
    return with_input(of, "annual_inc", number(of, "annual_inc") * 1_000)


def lost(of: Loans) -> dict[str, Values]:
    """Lose what is told of debts."""
    return with_input(of, "dti", np.full(len(of["dti"]), np.nan))


def relabelled(of: Loans) -> dict[str, Values]:
    """Write labels in another vocabulary."""
    return with_input(of, "purpose", np.array([f"{x}s" for x in of["purpose"]], np.object_))


def swapped(of: Loans) -> dict[str, Values]:
    """Exchange two inputs."""
    return {**of, "fico_mid": of["annual_inc"], "annual_inc": of["fico_mid"]}


def constant(of: Loans) -> dict[str, Values]:
    """Send the same application again and again."""
    rows = np.zeros(len(of["dti"]), np.intp)
    return {name: values[rows] for name, values in of.items()}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (half_a_unit, Rule.VALUES),
        (half_a_unit, Rule.OUTSIDE),
        (half_a_unit, Rule.SCORES),
        (lost, Rule.MISSING),
        (relabelled, Rule.OUTSIDE),
        (swapped, Rule.OUTSIDE),
        (constant, Rule.EQUAL),
        (moved("fico_mid", -60), Rule.SCORES),
    ],
)
def test_what_is_gross_stops_at_once(change: Change, rule: Rule) -> None:
    """A window of six hundred is enough, and no other is waited for."""
    report = judged(change(loans(600, seed=11)))
    assert report.light is Light.RED
    assert rule in rules(report)


def test_a_hundred_loans_stop_nothing() -> None:
    """They may be anything."""
    report = judged(half_a_unit(loans(100, seed=11)))
    assert report.light is Light.INSUFFICIENT
    assert report.fired == ()


def test_a_category_that_doubles_is_confirmed() -> None:
    """No order, so PSI judges: from 8 to 30 per cent."""
    rng = np.random.default_rng(5)

    def more_cars(of: Loans) -> dict[str, Values]:
        drawn = rng.choice(np.array(PURPOSES, np.object_), ENOUGH, p=[0.3, 0.2, 0.48, 0.02])
        return with_input(of, "purpose", drawn)

    _, second = twice(more_cars)
    assert (second.light, second.drifted) == (Light.RED, ("purpose",))


def test_what_is_missing_more_often_is_confirmed() -> None:
    """Eight of a hundred loans lack what none lacked before: that is no gross loss, but drift."""

    def lose_some(of: Loans) -> dict[str, Values]:
        dti = number(of, "dti").copy()
        dti[:: 1000 // 95] = np.nan
        return with_input(of, "dti", dti)

    first, second = twice(lose_some)
    assert first.suspected == {Signal("dti", Aspect.MISSING)}
    assert (second.light, second.drifted) == (Light.RED, ("dti",))


def test_a_label_that_training_never_saw_is_a_signal_of_its_own() -> None:
    """Three of a hundred loans bear it: below what is gross, and above what matters."""

    def add_label(of: Loans) -> dict[str, Values]:
        purposes = of["purpose"].copy()
        purposes[::33] = "yacht"
        return with_input(of, "purpose", purposes)

    first, second = twice(add_label)
    assert Signal("purpose", Aspect.UNSEEN) in first.suspected
    assert second.light is Light.RED


def test_scores_are_told_before_and_after() -> None:
    """PSI with the band of custom and what chance makes, approvals, PDs and gaps."""
    scores = judged(moved("fico_mid", -20)(loans(ENOUGH, seed=11))).scores
    assert scores is not None
    assert scores.pds.psi > scores.pds.ks**2 > 0  # pyright: ignore[reportOptionalOperand]
    assert scores.mean_pd[1] > scores.mean_pd[0]
    assert scores.approval_rate[1] < scores.approval_rate[0]
    assert scores.imputed_share[1] == pytest.approx(scores.imputed_share[0], rel=0.1)


def test_the_limits_are_the_callers() -> None:
    """A lender that tolerates half of the model drifts on."""
    patient = Limits(share=0.5)
    change = moved("fico_mid", 10)
    first = judge_window(REFERENCE, window_of(change(loans(ENOUGH, seed=11))), (), patient)
    second = judge_window(
        REFERENCE, window_of(change(loans(ENOUGH, seed=12))), first.suspected, patient
    )
    assert (second.light, second.share) == (Light.AMBER, pytest.approx(0.4))
