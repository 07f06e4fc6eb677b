"""The policy: thresholds that leave no score without one verdict."""

import pytest
from pydantic import ValidationError

from risk_platform.scoring.policy import USUAL, Policy, Verdict
from risk_platform.settings import Settings


@pytest.mark.parametrize(
    ("points", "verdict"),
    [
        (560, Verdict.APPROVE),
        (559, Verdict.REFER),
        (540, Verdict.REFER),
        (539, Verdict.DECLINE),
    ],
)
def test_a_verdict_is_by_points(points: int, verdict: Verdict) -> None:
    """From the upper threshold on approved, below the lower one declined, between them neither."""
    assert USUAL.verdict(points) is verdict


def test_thresholds_may_meet() -> None:
    """Then nobody is referred."""
    policy = Policy(approve_from=550, decline_below=550)
    assert [policy.verdict(points) for points in (549, 550)] == [Verdict.DECLINE, Verdict.APPROVE]


def test_thresholds_that_cross_are_no_policy() -> None:
    """A score between them would be approved and declined."""
    with pytest.raises(ValueError, match="530 points would be approved, and declined below 540"):
        Policy(approve_from=530)
    with pytest.raises(ValueError, match="whole numbers"):
        Policy(approve_from=True)


def test_a_version_stands_for_the_thresholds() -> None:
    """The same policy has the same version wherever it is made, another has another."""
    assert Policy.from_json(USUAL.to_json()).version == USUAL.version
    assert Policy(approve_from=561).version != USUAL.version


@pytest.mark.parametrize("text", ["{}", "[]", "560", '{"approve_from": 560, "decline_below": "5"}'])
def test_a_text_that_is_no_policy_is_refused(text: str) -> None:
    """As of any file of a bundle."""
    with pytest.raises((ValueError, TypeError)):
        Policy.from_json(text)


def test_settings_say_what_is_wrong_with_thresholds() -> None:
    """In the names that a person set."""
    with pytest.raises(ValidationError, match="RISK_APPROVE_FROM=500 must not be less than"):
        Settings(approve_from=500)
    settings = Settings()
    assert Policy(approve_from=settings.approve_from, decline_below=settings.decline_below) == USUAL
