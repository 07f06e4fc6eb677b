"""Suspended keys: nothing is decided for them, all others are served on, and people lift it."""

import pytest

from risk_platform.errors.handover import BrokenChainError, ResumeRefusedError, UnknownKeyError
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import ActorType, Cause
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.audit import Auditor
from risk_platform.handover.log.decisions import Decision, DecisionLog, Outcome
from risk_platform.handover.log.seals import Sealer
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.moves import REASON, let_pass
from risk_platform_tests.handover.test_resumes import events, refused

SENSOR = Cause(actor_type=ActorType.SENSOR, trigger="drift of one key", decisions=600)


def of(key_id: str, key: str | None = None, **changes: object) -> Decision:
    """Return a decision for an API key."""
    return decision(key_id=key_id, idempotency_key=key, **changes)


def outcomes(log: DecisionLog, *requests: list[Decision]) -> list[Outcome]:
    """Append requests together, and return what became of each."""
    return [one.outcome for one in log.append(requests)]


def test_a_suspended_key_is_not_served_and_others_are(gate: Gate, log: DecisionLog) -> None:
    """Also those whose decisions are committed together with its own."""
    gate.suspend("rogue", "the drift sensor", "shifted", cause=SENSOR)
    batch = [of("rogue"), of("rogue")]
    found = outcomes(log, [of("good")], batch, [of("good"), of("good")], [of("rogue")])
    assert found == [Outcome.STORED, Outcome.SUSPENDED, Outcome.STORED, Outcome.SUSPENDED]
    assert log.count() == 3
    assert outcomes(log, [of("rogue")]) == [Outcome.SUSPENDED]
    assert gate.state().is_running


def test_keys_that_contain_another_are_others(gate: Gate, log: DecisionLog) -> None:
    """A name is compared as a whole."""
    gate.suspend("abc", "Grace", "odd traffic")
    found = outcomes(log, [of("abcd")], [of("xabc")], [of("abc")], [of("ab")])
    assert found == [Outcome.STORED, Outcome.STORED, Outcome.SUSPENDED, Outcome.STORED]


def test_a_suspended_key_is_not_answered_again(gate: Gate, log: DecisionLog) -> None:
    """Neither alone, nor beside another's replay or conflict."""
    log.append([[of("rogue", "key-1")], [of("good", "key-1")]])
    gate.suspend("rogue", "Grace", "odd traffic")
    assert outcomes(log, [of("rogue", "key-1")]) == [Outcome.SUSPENDED]
    turn = [
        [of("rogue", "key-1")],
        [of("good", "key-1")],
        [of("good", "key-1", body_digest="c" * 64)],
        [of("good")],
    ]
    assert outcomes(log, *turn) == [
        Outcome.SUSPENDED,
        Outcome.REPLAYED,
        Outcome.CONFLICT,
        Outcome.STORED,
    ]
    assert log.count() == 3


def test_a_suspension_is_on_record_once(gate: Gate, database: Database) -> None:
    """With its cause; of one that is suspended nothing more is written, and no epoch grows."""
    gate.suspend("rogue", "the drift sensor", "shifted", cause=SENSOR)
    state = gate.suspend("rogue", "the drift sensor", "shifted", cause=SENSOR)
    assert (state.epoch, state.suspended) == (1, frozenset({"rogue"}))
    (_, last) = events(database)
    assert (last["action"], last["key_id"]) == ("suspended", "rogue")
    assert (last["actor_type"], last["decisions"]) == ("sensor", 600)


@pytest.mark.parametrize("key_id", ["", "a b", "x" * 33, "ñ", "a\n"])
def test_what_is_no_key_is_not_suspended(gate: Gate, key_id: str) -> None:
    """Least of all what would be taken for two."""
    with pytest.raises(UnknownKeyError):
        gate.suspend(key_id, "Grace", "odd traffic")


def test_two_people_reinstate_a_key(gate: Gate, log: DecisionLog, database: Database) -> None:
    """Whether scoring runs or not; the gate does not move by that."""
    gate.suspend("rogue", "Grace", "odd traffic")
    gate.suspend("other", "Grace", "odd traffic")
    request = gate.resumes.request("Ada", REASON, 1, key_id="rogue")
    assert refused(database, lambda: gate.resumes.approve(request.id, "ada", 1)) == "self-approval"
    state = gate.resumes.approve(request.id, "Grace", 1)
    assert (state.epoch, state.suspended) == (1, frozenset({"other"}))
    assert outcomes(log, [of("rogue")]) == [Outcome.STORED]
    last = events(database)[-1]
    assert (last["action"], last["key_id"], last["approver"]) == ("reinstated", "rogue", "Grace")


def test_a_request_for_a_key_lifts_one_suspension(gate: Gate, database: Database) -> None:
    """Neither a second time, nor one that came after it."""
    gate.suspend("rogue", "Grace", "odd traffic")
    first, second = (gate.resumes.request("Ada", REASON, 1, key_id="rogue") for _ in range(2))
    assert len(gate.resumes.open()) == 2
    gate.resumes.approve(first.id, "Grace", 1)
    gate.suspend("rogue", "Grace", "odd traffic again")
    assert gate.resumes.open() == []
    assert refused(database, lambda: gate.resumes.approve(first.id, "Grace", 1)) == "used"
    assert refused(database, lambda: gate.resumes.approve(second.id, "Grace", 1)) == "key"
    assert gate.state().suspended == {"rogue"}


def test_suspensions_outlive_stops_and_resumes(gate: Gate, log: DecisionLog) -> None:
    """A resume of scoring is none of a key."""
    gate.suspend("rogue", "Grace", "odd traffic")
    epoch = gate.pause("Grace", "odd scores").epoch
    request = gate.resumes.request("Ada", REASON, epoch)
    assert gate.resumes.approve(request.id, "Grace", epoch).suspended == {"rogue"}
    assert outcomes(log, [of("rogue")]) == [Outcome.SUSPENDED]


def test_a_late_approval_reinstates_no_key(gate: Gate, database: Database) -> None:
    """Half an hour, as of every request."""
    gate.suspend("rogue", "Grace", "odd traffic")
    request = gate.resumes.request("Ada", REASON, 1, key_id="rogue")
    let_pass(database, 31 * 60)
    with pytest.raises(ResumeRefusedError, match="older than 30 minutes"):
        gate.resumes.approve(request.id, "Grace", 1)


def test_a_key_that_was_reinstated_by_hand_is_found(
    gate: Gate, database: Database, anchors: Anchors
) -> None:
    """By the audit, which compares the row with its events."""
    gate.suspend("rogue", "Grace", "odd traffic")
    Sealer(database, anchors).seal()
    Auditor(database, anchors).audit()
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE gate SET suspended_keys = ''")
    with pytest.raises(BrokenChainError, match="without a record"):
        Auditor(database, anchors).audit()
