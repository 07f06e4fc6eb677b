"""People after a drill: alone or by two, and with evidence where drift stopped scoring."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from risk_platform.commands.drills.people import People
from risk_platform.errors.drills import NobodyResumedError
from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord, DriftVerdict, Light
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import Cause
from risk_platform.handover.gating.rules import Rules
from risk_platform.handover.store import open_store

BY_DRIFT = Cause(trigger="drift share")


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    """Return a database in which scoring runs."""
    with closing(open_store(store_url)) as database:
        Gate(database).open_first("Ada")
        yield database


def people(
    database: Database,
    *,
    alone: bool = True,
    ask: Callable[[str], None] = pytest.fail,
    patience_seconds: float = 10.0,
) -> People:
    """Return whoever looks after a gate."""
    gate = Gate(database, Rules(resumes_alone=alone))
    return People(gate, DriftRecord(database), "Grace", ask, patience_seconds)


@contextmanager
def after_a_while(act: Callable[[], object]) -> Iterator[None]:
    """Do something while the block waits for it."""
    timer = threading.Timer(0.3, act)
    timer.start()
    yield
    timer.join()


def verdict() -> DriftVerdict:
    """Return a verdict of drift that finds nothing."""
    return DriftVerdict(
        light=Light.GREEN,
        sentence="nothing has drifted",
        since_us=1,
        until_us=2,
        decisions=2_000,
        model_version=1,
        model_digest="d" * 64,
        share=0.0,
        threshold=0.01,
        drifted=(),
    )


def test_one_person_resumes_where_one_may(database: Database) -> None:
    """And does nothing where scoring runs."""
    gate = Gate(database)
    gate.pause("Ada", "odd scores")
    people(database).resume()
    epoch = gate.state().epoch
    people(database).resume()
    assert (gate.state().is_running, gate.state().epoch) == (True, epoch)


def test_a_suspended_key_is_served_again(database: Database) -> None:
    """That one alone."""
    gate = Gate(database)
    for key in ("rogue", "other"):
        gate.suspend(key, "Ada", "odd applications")
    people(database).reinstate("rogue")
    assert gate.state().suspended == {"other"}


def test_after_drift_a_new_verdict_is_waited_for(database: Database) -> None:
    """One that was recorded since the stop; an older one tells nothing of what came after."""
    gate, record = Gate(database), DriftRecord(database)
    record.add(verdict())
    gate.pause("the sensor", "drift", cause=BY_DRIFT)
    with after_a_while(lambda: record.add(verdict())):
        people(database).resume()
    assert gate.state().is_running


def test_a_second_stop_by_drift_is_waited_for_likewise(database: Database) -> None:
    """It is that one which is resumed, and a verdict of after it that is named."""
    gate, record = Gate(database), DriftRecord(database)
    gate.pause("the sensor", "drift", cause=BY_DRIFT)

    def stop_again() -> None:
        gate.pause("the sensor", "drift", cause=BY_DRIFT)
        record.add(verdict())

    with after_a_while(stop_again):
        people(database).resume()
    assert gate.state().is_running


def test_without_a_new_verdict_scoring_stays_stopped(database: Database) -> None:
    """It is said what was waited for."""
    Gate(database).pause("the sensor", "drift", cause=BY_DRIFT)
    with pytest.raises(NobodyResumedError, match="no verdict of drift"):
        people(database, patience_seconds=0.5).resume()
    assert not Gate(database).state().is_running


def test_somebody_else_is_asked_where_two_must_agree(database: Database) -> None:
    """By the id of the request; scoring runs once he has approved it."""
    gate, asked = Gate(database), list[str]()
    gate.pause("Ada", "odd scores")

    def approve() -> None:
        (request,) = gate.resumes.open()
        assert request.id in asked[0]
        gate.resumes.approve(request.id, "Ada", request.epoch)

    with after_a_while(approve):
        people(database, alone=False, ask=asked.append).resume()
    assert gate.state().is_running


def test_nobody_resumes_where_nobody_agrees(database: Database) -> None:
    """After a while it is given up."""
    Gate(database).pause("Ada", "odd scores")
    with pytest.raises(NobodyResumedError, match="nobody approved"):
        people(database, alone=False, ask=lambda _: None, patience_seconds=0.5).resume()
    assert not Gate(database).state().is_running
