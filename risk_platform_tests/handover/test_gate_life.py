"""The gate's life: whatever comes in whatever order, it stands where the model of it does.

Stops, requests, approvals, leases, suspensions, processes that come and go, commits that fail, and
databases that are restored.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, delete, event, insert, select, text, update

from risk_platform.errors.handover import ResumeRefusedError, ServingStoppedError
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import BY_HAND, MOVES, Cause
from risk_platform.handover.gating.rules import Verdict
from risk_platform.handover.gating.witness import Witness
from risk_platform.handover.log.decisions import DecisionLog, Outcome
from risk_platform.handover.store import open_store
from risk_platform.handover.tables import GATE, GATE_EVENTS
from risk_platform_tests.handover.gate_model import RULES, Asked, Model, Row
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.moves import REASON, let_pass, make_older

PEOPLE = st.sampled_from(["Ada", "Grace", "Mary"])
KEYS = st.sampled_from(["branch", "rogue"])
# An epoch is mostly named rightly.
OFF_BY = st.sampled_from([0, 0, 0, -1, 1])
SECONDS = st.sampled_from([1_000.0, 2_000.0, 4_000.0])
UNHURRIED = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
Backup = tuple[Row, float, dict[str, object], list[dict[str, object]]]


def refused(act: Callable[[], object], rule_: str) -> None:
    """See that something is refused, by one rule."""
    with pytest.raises(ResumeRefusedError) as error:
        act()
    assert error.value.rule == rule_


class GateLife(RuleBasedStateMachine):
    """One database, in which one process after the other looks after the gate."""

    database: ClassVar[Database]
    folder: ClassVar[Path]
    examples: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        GateLife.examples += 1
        self.model, self.backups = Model(), list[Backup]()
        self._forget_all()
        self.start_anew()

    def new_gate(self) -> Gate:
        """Return the gate as another process has it."""
        anchors = self.folder / f"{GateLife.examples}" / "anchors.txt"
        return Gate(self.database, RULES, Witness(anchors))

    def _forget_all(self) -> None:
        with self.database.writing() as connection:
            connection.execute(delete(GATE_EVENTS))
            connection.execute(delete(GATE))
            shut = {
                "id": 1,
                "state": "stopped",
                "epoch": 0,
                "reason": "",
                "by_whom": "",
                "at_us": 0,
            }
            connection.execute(insert(GATE).values(shut))

    @rule()
    def start_anew(self) -> None:
        """Let another process look after it, which knows nothing of what was."""
        self.gate = self.new_gate()
        self.log = DecisionLog(self.database, self.gate)

    @rule(by=PEOPLE, by_drift=st.booleans())
    def stop(self, by: str, *, by_drift: bool) -> None:
        """Stop it."""
        self.model.stop(by_drift=by_drift)
        cause = Cause(trigger="drift") if by_drift else BY_HAND
        assert self.gate.pause(by, "odd scores", cause=cause).epoch == self.model.row.epoch

    @rule()
    def open_first(self) -> None:
        """Open it, as each start of the demo does."""
        self.model.open_first()
        assert self.gate.open_first("Ada").is_running == self.model.runs

    @rule(by=PEOPLE, off_by=OFF_BY, key_id=st.none() | KEYS)
    def ask(self, by: str, off_by: int, key_id: str | None) -> None:
        """Ask for a resume."""
        epoch = self.model.row.epoch + off_by
        fault = self.model.fault_of_request(epoch, key_id)
        ask = partial(self.gate.resumes.request, by, REASON, epoch, key_id=key_id)
        if fault is not None:
            refused(ask, fault)
        else:
            self.model.ask(Asked(ask().id, by, epoch, key_id, self.model.now))

    @precondition(lambda self: self.model.row.asked)
    @rule(by=PEOPLE, off_by=OFF_BY, data=st.data())
    def approve(self, by: str, off_by: int, data: st.DataObject) -> None:
        """Approve something that was asked for, ever."""
        request = data.draw(st.sampled_from(self.model.row.asked))
        epoch = request.epoch + off_by
        fault = self.model.fault_of_approval(request, by, epoch)
        approve = partial(self.gate.resumes.approve, request.id, by, epoch)
        if fault is not None:
            refused(approve, fault)
        else:
            approve()
            self.model.grant(request)

    @rule(key_id=st.none() | KEYS)
    def resume(self, key_id: str | None) -> None:
        """Ask for what is stopped or suspended, and approve it, as is right."""
        self.look()
        epoch = self.model.row.epoch
        if self.model.fault_of_request(epoch, key_id) is None:
            asked = self.gate.resumes.request("Ada", REASON, epoch, key_id=key_id)
            self.model.grant(Asked(asked.id, "Ada", epoch, key_id, self.model.now))
            self.gate.resumes.approve(asked.id, "Grace", epoch)

    @rule(verdict=st.sampled_from(Verdict))
    def renew(self, verdict: Verdict) -> None:
        """Renew the lease."""
        self.model.renew(verdict)
        assert self.gate.renew(verdict).is_running == self.model.runs

    @rule(key_id=KEYS)
    def suspend(self, key_id: str) -> None:
        """Suspend a key."""
        self.model.suspend(key_id)
        assert key_id in self.gate.suspend(key_id, "Grace", "odd traffic").suspended

    @rule(key_id=KEYS)
    def decide(self, key_id: str) -> None:
        """Decide an application of a key, if that may be."""
        is_served = key_id not in self.model.row.suspended
        if self.model.runs:
            (became,) = self.log.append([[decision(key_id=key_id)]])
            assert became.outcome is (Outcome.STORED if is_served else Outcome.SUSPENDED)
            return
        self.model.settle()
        with pytest.raises(ServingStoppedError) as stopped:
            self.log.append([[decision(key_id=key_id)]])
        assert stopped.value.epoch == self.model.row.epoch

    @rule(seconds=SECONDS)
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.model.now += seconds
        let_pass(self.database, seconds)

    @rule()
    def look(self) -> None:
        """Look after it, as the service does every second."""
        self.model.settle()
        assert self.gate.look().epoch == self.model.row.epoch

    @rule()
    def crash(self) -> None:
        """Stop it, and die between the file and the commit."""

        @event.listens_for(self.database.engine, "commit")
        def die(connection: Connection) -> None:
            del connection
            raise KeyboardInterrupt

        try:
            with pytest.raises(KeyboardInterrupt):
                self.gate.pause("Grace", "odd scores")
        finally:
            event.remove(self.database.engine, "commit", die)
        before = self.model.row
        self.model.stop(by_drift=False)
        self.model.row = before
        self.start_anew()

    @rule()
    def back_up(self) -> None:
        """Keep a copy of the database."""
        with self.database.reading() as connection:
            gate = dict(connection.execute(select(GATE)).mappings().one())
            rows = connection.execute(select(GATE_EVENTS).order_by(GATE_EVENTS.c.sequence))
            events = [dict(row) for row in rows.mappings()]
        self.backups.append((self.model.row, self.model.now, gate, events))

    @precondition(lambda self: self.backups)
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        """Put a copy in its place; that takes longer than until somebody looks again."""
        row, then, gate, events = data.draw(st.sampled_from(self.backups))
        always = "OVERRIDING SYSTEM VALUE" if self.database.is_postgresql else ""
        with self.database.writing() as connection:
            connection.execute(delete(GATE_EVENTS))
            connection.execute(update(GATE).values(gate))
            if events:
                names = list(events[0])
                into = f"INSERT INTO gate_events ({', '.join(names)}) {always} "
                values = f"VALUES ({', '.join(f':{name}' for name in names)})"
                connection.execute(text(into + values), events)
            make_older(connection, self.model.now - then)
        self.model.row = row
        self.look()

    @invariant()
    def it_stands_as_the_model_does(self) -> None:
        """Whether it runs, where it stands, and which keys are suspended."""
        state = self.gate.state()
        assert state.is_running == self.model.runs
        assert (state.epoch, state.suspended) == (self.model.row.epoch, self.model.row.suspended)

    @invariant()
    def every_move_is_an_event(self) -> None:
        """And every event of a move is one: the last says what the row says."""
        with self.database.reading() as connection:
            moved = select(GATE_EVENTS).where(GATE_EVENTS.c.action.in_(MOVES))
            events = connection.execute(moved.order_by(GATE_EVENTS.c.sequence)).all()
            row = connection.execute(select(GATE)).one()
        assert len(events) == self.model.row.moves
        if events:
            last = events[-1]
            assert (last.epoch, last.state, last.reason) == (row.epoch, row.state, row.reason)


class Forgetful(GateLife):
    """An unsafe twin: nobody knows outside of the database where the gate stood."""

    def new_gate(self) -> Gate:
        """Return a gate without a witness."""
        return Gate(self.database, RULES)


class Lenient(GateLife):
    """An unsafe twin: leases end later than they should."""

    def new_gate(self) -> Gate:
        """Return a gate that gives longer leases."""
        anchors = self.folder / f"{GateLife.examples}" / "anchors.txt"
        return Gate(self.database, replace(RULES, lease_seconds=50_000), Witness(anchors))


Live = Callable[[type[GateLife], int, int], None]


@pytest.fixture
def life(store_url: str, tmp_path: Path) -> Iterator[Live]:
    """Return what runs as many examples of as many steps."""
    with closing(open_store(store_url)) as database:
        GateLife.database, GateLife.folder, GateLife.examples = database, tmp_path, 0

        def run(of: type[GateLife], examples: int, steps: int) -> None:
            options = settings(
                max_examples=examples,
                stateful_step_count=steps,
                database=None,
                deadline=None,
                suppress_health_check=UNHURRIED,
                phases=[Phase.generate],
                report_multiple_bugs=False,
            )
            run_state_machine_as_test(of, settings=options)

        yield run


@pytest.mark.parametrize(
    ("examples", "steps"), [(15, 40), pytest.param(1_000, 50, marks=pytest.mark.slow)]
)
def test_it_lives_as_its_model_does(life: Live, examples: int, steps: int) -> None:
    """Hundreds of steps of any kind, in any order, on either engine."""
    life(GateLife, examples, steps)
    assert GateLife.examples >= examples


@pytest.mark.parametrize("twin", [Forgetful, Lenient])
def test_unsafe_gates_do_not(life: Live, twin: type[GateLife]) -> None:
    """The test above can fail: the model finds where they let scoring run."""
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        life(twin, 300, 40)
