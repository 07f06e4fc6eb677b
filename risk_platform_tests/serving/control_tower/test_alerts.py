"""Alerts tell what needs somebody, and nothing else; changes what happened, the newest first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from risk_platform.handover.clock import to_us
from risk_platform.handover.drift import DriftVerdict, Light
from risk_platform.handover.gating.history import Event
from serving.control_tower.alerts import alerts, changes
from serving.control_tower.language import Language, Speech
from serving.control_tower.sources.shelf import Origin

SAY = Speech(Language.ENGLISH)
RUNNING: dict[str, Any] = {"state": "running", "reason": "fine", "lease_seconds": 250.0}
GREEN = {"light": "green", "sentence": "No input has drifted."}
NOW = datetime(2026, 1, 2, tzinfo=UTC)
EVENT = Event(
    epoch=2,
    action="stopped",
    by="Ada",
    approver="",
    reason="a feed froze",
    actor_type="person",
    trigger="operator",
    key_id="",
    incident="",
    evidence="",
    at_us=to_us(NOW),
)
VERDICT = DriftVerdict(
    light=Light.GREEN,
    sentence="No input has drifted.",
    since_us=0,
    until_us=1,
    decisions=2_000,
    model_version=1,
    model_digest="d" * 64,
    share=0.0,
    threshold=0.01,
    drifted=(),
    at_us=to_us(NOW),
)


def test_nothing_needs_anybody_where_all_is_well() -> None:
    """An alarm that is always on is none."""
    assert alerts(SAY, RUNNING, GREEN, (3, 3)) == []


@pytest.mark.parametrize(
    ("state", "drift", "versions", "said"),
    [
        (RUNNING | {"state": "stopped"}, GREEN, (1, 1), "stopped: fine"),
        (RUNNING | {"lease_seconds": 20.0}, GREEN, (1, 1), "20 s"),
        (RUNNING, {"light": "red", "sentence": "Stop."}, (1, 1), "red: Stop."),
        (RUNNING, {"light": "amber", "sentence": "Watch."}, (1, 1), "amber: Watch."),
        (RUNNING | {"suspended_keys": ["k1"]}, GREEN, (1, 1), "k1"),
        (RUNNING, GREEN, (1, 2), "Version 1 answers, and version 2"),
    ],
)
def test_what_needs_somebody_is_told(
    state: dict[str, Any], drift: dict[str, str], versions: tuple[int, int], said: str
) -> None:
    """Each by itself."""
    (found,) = alerts(SAY, state, drift, versions)
    assert said in found.text


def test_the_worst_comes_first() -> None:
    """Whoever reads one reads that one."""
    found = alerts(SAY, RUNNING | {"lease_seconds": 5.0}, {"light": "red", "sentence": "!"}, (1, 2))
    assert [one.kind for one in found] == ["bad", "watch", "watch"]


def test_an_unknown_version_is_no_alert() -> None:
    """What is not known is told where it is asked for."""
    assert alerts(SAY, RUNNING, GREEN, (0, 2)) == []


def test_changes_are_told_the_newest_first_and_no_older_than_asked() -> None:
    """Moves of the gate, turns of the light, publications."""
    old = replace(EVENT, at_us=to_us(NOW - timedelta(days=3)))
    made = Origin("champion_report", "v-2", NOW + timedelta(hours=1))
    found = changes(SAY, [EVENT, old], [VERDICT], [made], NOW - timedelta(days=1))
    assert [one.what for one in found] == ["published", "gate", "drift"]
    assert "stopped by Ada: a feed froze" in found[1].said


def test_only_a_change_of_the_light_is_told() -> None:
    """A green window after a green one is no news."""
    red = replace(VERDICT, light=Light.RED, at_us=to_us(NOW + timedelta(minutes=2)))
    green = replace(VERDICT, at_us=to_us(NOW + timedelta(minutes=1)))
    found = changes(SAY, [], [red, green, VERDICT], [], NOW - timedelta(days=1))
    assert [one.at - NOW for one in found] == [timedelta(minutes=2), timedelta(0)]
