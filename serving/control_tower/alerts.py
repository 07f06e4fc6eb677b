"""Alerts and changes: what needs somebody now, and what happened since yesterday."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from risk_platform.handover.clock import from_us
from risk_platform.handover.drift import DriftVerdict
from risk_platform.handover.gating.history import Event
from serving.control_tower.language import Speech, Text
from serving.control_tower.retold import retold
from serving.control_tower.sources.shelf import Origin
from serving.control_tower.texts import common, today

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# The lease is renewed about every half minute: with less than this left nobody renews it.
SHORT_LEASE_SECONDS = 60.0
# Documents whose publication somebody wants to hear of.
TOLD = (
    "deployed_champion",
    "proposed_champion",
    "champion_report",
    "policy_frontier",
    "vintage_curves",
    "drill_league",
)


@dataclass(frozen=True, slots=True)
class Alert:
    """What needs somebody; ``kind`` is bad or watch."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened."""

    at: datetime
    what: str
    said: str


def alerts(
    say: Speech, state: Mapping[str, Any], drift: Mapping[str, Any], versions: tuple[int, int]
) -> list[Alert]:
    """Return what needs somebody, the worst first.

    Parameters
    ----------
    say
        The language.
    state, drift
        As the API tells them.
    versions
        Which version answers, and which is deployed; 0: not known.
    """
    found: list[Alert] = []
    if state["state"] != "running":
        found.append(Alert("bad", say(today.ALERT_STOPPED, reason=retold(say, state["reason"]))))
    elif state["lease_seconds"] < SHORT_LEASE_SECONDS:
        left = say.duration(state["lease_seconds"])
        found.append(Alert("watch", say(today.ALERT_LEASE, left=left)))
    light = drift.get("light")
    if light in {"red", "amber"}:
        sentence = retold(say, drift["sentence"])
        said = say(today.ALERT_DRIFT, light=say(common.LIGHTS[light]), sentence=sentence)
        found.append(Alert("bad" if light == "red" else "watch", said))
    found += [
        Alert("watch", say(today.ALERT_SUSPENDED, key=key))
        for key in state.get("suspended_keys", ())
    ]
    answers, deployed = versions
    if answers and deployed and answers != deployed:
        said = say(today.ALERT_OTHER_MODEL, answers=answers, deployed=deployed)
        found.append(Alert("watch", said))
    return sorted(found, key=lambda one: one.kind != "bad")


def changes(
    say: Speech,
    events: Sequence[Event],
    verdicts: Sequence[DriftVerdict],
    published: Sequence[Origin],
    since: datetime,
) -> list[Change]:
    """Return what happened since a moment, the newest first.

    Of verdicts of drift only those are told whose light is another than that of the one before.
    """
    found = [_moved(say, one) for one in events]
    found += [_judged(say, one) for one in _turns(verdicts)]
    found += [_made(say, one) for one in published]
    return sorted((one for one in found if one.at >= since), key=lambda one: one.at, reverse=True)


def _turns(verdicts: Sequence[DriftVerdict]) -> list[DriftVerdict]:
    """Return the verdicts that changed the light; they are given with the newest first."""
    olders = [*verdicts[1:], None]  # behind the oldest there is none
    return [
        one
        for one, older in zip(verdicts, olders, strict=False)
        if older is None or one.light is not older.light
    ]


def _moved(say: Speech, one: Event) -> Change:
    by, reason = retold(say, one.by), retold(say, one.reason)
    said = say(today.CHANGE_GATE_SAID, action=_action(say, one), by=by, reason=reason)
    return Change(from_us(one.at_us), say(today.CHANGE_GATE), said)


def _judged(say: Speech, one: DriftVerdict) -> Change:
    light = say(common.LIGHTS[str(one.light)])
    said = f"{light}: {retold(say, one.sentence)}"
    return Change(from_us(one.at_us), say(today.CHANGE_DRIFT), said)


def _made(say: Speech, one: Origin) -> Change:
    said = say(today.CHANGE_PUBLISHED, asset=one.asset, version=one.version)
    return Change(one.at or _LONG_AGO, say(today.CHANGE_ASSET), said)


def _action(say: Speech, one: Event) -> str:
    known: Text | None = common.ACTIONS.get(one.action)
    return say(known) if known else one.action
