"""Resumes: asked for by one, approved by another, for this stop alone; each no is on record."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import RowMapping, select

from risk_platform.errors.handover import ResumeRefusedError
from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import ActorType, Cause
from risk_platform.handover.gating.four_eyes import ResumeRequest, same_person
from risk_platform.handover.gating.rules import Rules
from risk_platform.handover.tables import GATE_EVENTS
from risk_platform_tests.handover.moves import REASON, let_pass, resumed, surely
from risk_platform_tests.handover.test_drift import VERDICT

DRIFTED = Cause(
    actor_type=ActorType.SENSOR,
    trigger="drift: share",
    evidence="e" * 64,
    window_us=(1, 2),
    decisions=3_000,
    model_digest="d" * 64,
)


def events(database: Database) -> list[RowMapping]:
    """Return all events in their order."""
    with database.reading() as connection:
        rows = connection.execute(select(GATE_EVENTS).order_by(GATE_EVENTS.c.sequence))
        return list(rows.mappings())


def stopped(gate: Gate, cause: Cause | None = None) -> int:
    """Stop scoring, and return the epoch of that."""
    return gate.pause("Grace", "odd scores", cause=cause or Cause()).epoch


def asked(gate: Gate, **changes: object) -> ResumeRequest:
    """Ask for a resume as is right, with what a test changes."""
    given = {"by": "Ada", "reason": REASON, "epoch": gate.state().epoch} | changes
    return gate.resumes.request(**given)  # pyright: ignore[reportArgumentType]


def refused(database: Database, act: Callable[[], object]) -> str:
    """Return by which rule something is refused; nothing moves, and that is the last event."""
    before = events(database)
    with pytest.raises(ResumeRefusedError, match="not resumed: ") as error:
        act()
    *others, last = events(database)
    assert others == before
    assert (last["action"], last["trigger_rule"]) == ("refused", error.value.rule)
    assert last["state"] == before[-1]["state"]
    return error.value.rule


def test_two_people_let_scoring_run_again(gate: Gate, database: Database) -> None:
    """The event names both, the request, and what they went by."""
    stopped(gate)
    request = asked(gate, cause=Cause(evidence="e" * 64, incident="INC-12"))
    assert gate.resumes.open() == [request]
    assert gate.resumes.approve(request.id, "Grace", request.epoch).is_running
    last = events(database)[-1]
    assert (last["by_whom"], last["approver"], last["epoch"]) == ("Ada", "Grace", 3)
    assert (last["request_id"], last["incident"]) == (request.id, "INC-12")
    assert (last["trigger_rule"], last["evidence"]) == ("two people", "e" * 64)
    assert gate.resumes.open() == []


@pytest.mark.parametrize("by", ["Ada", " ada ", "ADA", "\u00a0Ada", "\uff21da"])
def test_nobody_approves_his_own_request(gate: Gate, database: Database, by: str) -> None:
    """However he writes his name; somebody else still can."""
    request = asked(gate, epoch=stopped(gate))
    approve = lambda: gate.resumes.approve(request.id, by, request.epoch)  # noqa: E731
    assert refused(database, approve) == "self-approval"
    assert gate.resumes.approve(request.id, "Grace", request.epoch).is_running


def test_names_of_two_people_differ() -> None:
    """By more than blanks and the size of letters."""
    assert same_person("Ada  Lovelace", "ada lovelace")
    assert not same_person("Ada Lovelace", "Adalovelace")


def test_one_person_is_enough_where_the_rules_say_so(database: Database) -> None:
    """The event says that there was but one."""
    gate = Gate(database, Rules(resumes_alone=True))
    gate.open_first("Ada")
    assert gate.resumes.alone("Ada", REASON, stopped(gate)).is_running
    assert events(database)[-1]["trigger_rule"] == "one person"


def test_one_person_is_not_enough_otherwise(gate: Gate, database: Database) -> None:
    """What he asked for stays open for another."""
    epoch = stopped(gate)
    with pytest.raises(ResumeRefusedError, match="somebody else must"):
        gate.resumes.alone("Ada", REASON, epoch)
    assert events(database)[-1]["trigger_rule"] == "self-approval"
    assert len(gate.resumes.open()) == 1
    assert not gate.state().is_running


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "a" * 19}, "reason"),
        ({"reason": "it" + " " * 30 + "runs"}, "reason"),
        ({"by": " "}, "author"),
        ({"epoch": 1}, "epoch"),
        ({"epoch": 3}, "epoch"),
        ({"cause": Cause(actor_type=ActorType.SENSOR)}, "actor"),
        ({"cause": Cause(actor_type=ActorType.SERVICE)}, "actor"),
        ({"cause": Cause(actor_type=ActorType.BREAKER)}, "actor"),
        ({"cause": Cause(actor_type=ActorType.LEASE)}, "actor"),
        ({"cause": Cause(evidence="a report")}, "evidence"),
        ({"key_id": "a-key"}, "key"),
    ],
)
def test_what_is_wrong_with_a_request_is_refused(
    gate: Gate, database: Database, changes: dict[str, object], rule: str
) -> None:
    """By the rule that it breaks."""
    stopped(gate)
    assert refused(database, lambda: asked(gate, **changes)) == rule
    assert gate.resumes.open() == []


def test_what_runs_is_not_resumed(gate: Gate, database: Database) -> None:
    """There is nothing to resume."""
    assert refused(database, lambda: asked(gate)) == "running"


@pytest.mark.parametrize("kind", [one for one in ActorType if one is not ActorType.PERSON])
def test_what_is_no_person_approves_nothing(
    gate: Gate, database: Database, kind: ActorType
) -> None:
    """It can only stop."""
    request = asked(gate, epoch=stopped(gate))
    cause = Cause(actor_type=kind)
    approve = lambda: gate.resumes.approve(request.id, "Grace", request.epoch, cause=cause)  # noqa: E731
    assert refused(database, approve) == "actor"
    assert events(database)[-1]["actor_type"] == kind


def test_an_approval_names_the_stop(gate: Gate, database: Database) -> None:
    """Neither another one than was asked about, nor one that is over by now."""
    request = asked(gate, epoch=stopped(gate))
    wrong = lambda: gate.resumes.approve(request.id, "Grace", request.epoch - 1)  # noqa: E731
    assert refused(database, wrong) == "epoch"
    again = stopped(gate)
    for epoch in (request.epoch, again):
        late = lambda epoch=epoch: gate.resumes.approve(request.id, "Grace", epoch)  # noqa: E731
        assert refused(database, late) == "epoch"
    assert gate.resumes.open() == []


def test_a_request_lasts_half_an_hour(gate: Gate, database: Database) -> None:
    """By the database's clock; to the last minute, and not to the next."""
    request = asked(gate, epoch=stopped(gate))
    let_pass(database, 29 * 60)
    assert len(gate.resumes.open()) == 1
    let_pass(database, 61)
    assert gate.resumes.open() == []
    approve = lambda: gate.resumes.approve(request.id, "Grace", request.epoch)  # noqa: E731
    assert refused(database, approve) == "expired"


def test_a_request_is_used_once(gate: Gate, database: Database) -> None:
    """While scoring runs, and after the next stop."""
    request = asked(gate, epoch=stopped(gate))
    gate.resumes.approve(request.id, "Grace", request.epoch)
    again = lambda: gate.resumes.approve(request.id, "Grace", request.epoch)  # noqa: E731
    assert refused(database, again) == "used"
    stopped(gate)
    assert refused(database, again) == "used"


def test_what_nobody_asked_for_is_not_approved(gate: Gate, database: Database) -> None:
    """Nor is an event that is none of a request."""
    epoch = stopped(gate)
    for unknown in ("", "x" * 100, events(database)[-1]["event_id"]):
        approve = lambda one=unknown: gate.resumes.approve(one, "Grace", epoch)  # noqa: E731
        assert refused(database, approve) == "unknown"


def test_a_stop_by_drift_wants_a_verdict_since(gate: Gate, database: Database) -> None:
    """Not the one that stopped it, nor one that nobody recorded; be it stopped again or not."""
    record = DriftRecord(database)
    before = record.add(VERDICT)
    stopped(gate, replace(DRIFTED, evidence=before.digest))
    stopped(gate)
    for evidence in (None, before.digest, "f" * 64):
        without = lambda one=evidence: asked(gate, cause=Cause(evidence=one))  # noqa: E731
        assert refused(database, without) == "evidence"
    since = record.add(VERDICT)
    assert resumed(gate, cause=Cause(evidence=since.digest)).is_running
    stopped(gate)
    assert resumed(gate).is_running


@pytest.mark.parametrize("people", [100])
def test_of_many_who_approve_one_resumes(gate: Gate, database: Database, people: int) -> None:
    """The others learn that it was used; there is one move, and a refusal for each of them."""
    request = asked(gate, epoch=stopped(gate))
    rules, barrier = list[str](), threading.Barrier(10)

    def approve(first: int) -> None:
        barrier.wait()
        for number in range(first, people, 10):
            try:
                surely(partial(gate.resumes.approve, request.id, f"G {number}", request.epoch))
            except ResumeRefusedError as error:
                rules.append(error.rule)

    threads = [threading.Thread(target=approve, args=(first,)) for first in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rules == ["used"] * (people - 1)
    assert gate.state().epoch == 3
    actions = [one["action"] for one in events(database)]
    assert (actions.count("resumed"), actions.count("refused")) == (1, people - 1)
