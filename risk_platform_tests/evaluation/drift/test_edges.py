"""Whatever a window holds, there is a verdict: no exception, and no stop by dividing by nothing."""

from dataclasses import replace

import numpy as np
import pytest

from risk_platform.evaluation.drift.decision import judge_window
from risk_platform.evaluation.drift.gross import Rule
from risk_platform.evaluation.drift.signals import Aspect, Signal
from risk_platform.handover.drift import Light
from risk_platform_tests.evaluation.drift.small_world import (
    REFERENCE,
    loans,
    reference_of,
    window_of,
    with_input,
)


def test_an_empty_window_is_insufficient() -> None:
    """Of nobody nothing is known, the scores neither."""
    report = judge_window(REFERENCE, window_of(loans(0, seed=1)))
    assert (report.light, report.loans, report.scores) == (Light.INSUFFICIENT, 0, None)
    assert report.fired == ()


def test_an_input_that_was_always_the_same_may_stay_so() -> None:
    """A column of one value is no drift of itself."""
    report = judge_window(REFERENCE, window_of(loans(3_000, seed=11)))
    assert report.light is Light.GREEN


@pytest.mark.parametrize("value", [0.0, 2.0])
def test_an_input_that_was_always_the_same_and_is_another_is_seen(value: float) -> None:
    """Whether it is less or more than it ever was."""
    of = with_input(loans(3_000, seed=11), "policy_code", np.full(3_000, value))
    report = judge_window(REFERENCE, window_of(of))
    assert Signal("policy_code", Aspect.VALUES) in report.suspected


def test_an_input_that_was_never_known_and_is_now_is_seen() -> None:
    """There are no bins to compare it in, but it used to be missing."""
    never = with_input(loans(5_000, seed=1), "dti", np.full(5_000, np.nan))
    reference = reference_of(never)
    assert judge_window(reference, window_of(loans(3_000, seed=2))).suspected == {
        Signal("dti", Aspect.MISSING)
    }
    still = with_input(loans(3_000, seed=2), "dti", np.full(3_000, np.nan))
    assert judge_window(reference, window_of(still)).light is Light.GREEN


def test_all_of_a_window_may_be_one_category() -> None:
    """It is drift of that input, and no error."""
    of = with_input(loans(3_000, seed=11), "purpose", np.full(3_000, "car", np.object_))
    report = judge_window(REFERENCE, window_of(of))
    assert Signal("purpose", Aspect.VALUES) in report.suspected


def test_a_window_without_any_label_is_missing_it() -> None:
    """Gross, as any input that is lost."""
    of = with_input(loans(600, seed=11), "purpose", np.full(600, None))
    report = judge_window(REFERENCE, window_of(of))
    assert [(fired.rule, fired.input) for fired in report.fired] == [(Rule.MISSING, "purpose")]


def test_a_window_of_unknown_labels_alone_has_a_verdict() -> None:
    """None of them has a place among the counts."""
    of = with_input(loans(600, seed=11), "purpose", np.full(600, "yacht", np.object_))
    report = judge_window(REFERENCE, window_of(of))
    assert (Rule.OUTSIDE, "purpose") in {(fired.rule, fired.input) for fired in report.fired}


def test_a_model_that_always_said_the_same_may_go_on() -> None:
    """Equal scores are gross only where they used to differ."""
    window = window_of(loans(3_000, seed=11))
    constant = replace(window, pds=np.full(3_000, 0.2))
    assert Rule.EQUAL in {fired.rule for fired in judge_window(REFERENCE, constant).fired}
    pds = replace(REFERENCE.scores.pds, lowest=0.2, highs=(0.2,), counts=(9,), unknown=0)
    used_to = replace(REFERENCE, scores=replace(REFERENCE.scores, pds=pds))
    assert judge_window(used_to, constant).light is Light.GREEN


def test_a_window_that_lacks_an_input_is_an_error() -> None:
    """What cannot be judged is not called green."""
    of = loans(3_000, seed=11)
    window = window_of(of)
    without = {name: values for name, values in of.items() if name != "dti"}
    with pytest.raises(KeyError, match="dti"):
        judge_window(REFERENCE, replace(window, inputs=without))
