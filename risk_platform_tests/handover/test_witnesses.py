"""The witness: a database that was restored, or whose witness is gone, comes up stopped."""

import itertools
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from risk_platform.errors.handover import ServingStoppedError, UnwrittenWitnessError
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.state import GateState
from risk_platform.handover.gating.witness import Witness
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.log.seals import Sealer
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.moves import ALL_DAY, REASON, resumed

MakeGate = Callable[[], Gate]


@pytest.fixture
def file(anchors_file: Path) -> Path:
    """Return where the witness is kept."""
    return anchors_file.with_name("anchors.txt.epoch")


@pytest.fixture
def another(database: Database, anchors_file: Path) -> MakeGate:
    """Return what makes a gate of the database, as each process has its own."""
    return lambda: Gate(database, ALL_DAY, Witness(anchors_file))


@pytest.fixture
def gate(another: MakeGate) -> Gate:
    """Return an open gate with a witness."""
    gate = another()
    gate.open_first("Ada")
    return gate


def restore(database: Database, state: GateState) -> None:
    """Put the gate's row and its events back to where they were."""
    with database.writing() as connection:
        restore_in(connection, state)


def restore_in(connection: Connection, state: GateState) -> None:
    """Do so within a transaction of the caller's."""
    connection.execute(text("DELETE FROM gate_events WHERE epoch > :it"), {"it": state.epoch})
    row = {
        "state": state.state.value,
        "epoch": state.epoch,
        "reason": state.reason,
        "by": state.by,
        "until": state.lease_until_us,
    }
    statement = (
        "UPDATE gate SET state = :state, epoch = :epoch, reason = :reason, by_whom = :by, "
        "lease_until_us = :until"
    )
    connection.execute(text(statement), row)


def test_each_move_is_known_outside(gate: Gate, file: Path) -> None:
    """In a line that a person can read."""
    assert file.read_text() == "1\n"
    gate.pause("Grace", "odd scores")
    assert file.read_text() == "2\n"
    resumed(gate)
    assert file.read_text() == "3\n"


def test_an_older_database_comes_up_stopped(
    gate: Gate, another: MakeGate, database: Database
) -> None:
    """Though it says that scoring runs; who lives on refuses it at once, who starts too."""
    backup, log = gate.state(), DecisionLog(database, gate)
    log.append([[decision()]])
    gate.pause("Grace", "odd scores")
    restore(database, backup)
    for process in (log, DecisionLog(database, another())):
        with pytest.raises(ServingStoppedError, match="restored"):
            process.append([[decision()]])
    assert log.count() == 1
    state = another().state()
    assert (state.epoch, state.by) == (3, "the witness")


def test_people_let_an_older_database_run_again(
    gate: Gate, another: MakeGate, database: Database, file: Path
) -> None:
    """Its epoch is above all that were known then."""
    backup = gate.state()
    for _ in range(3):
        gate.pause("Grace", "odd scores")
    restore(database, backup)
    assert resumed(another()).epoch == 6
    assert file.read_text() == "6\n"
    assert another().look().is_running


def test_without_a_witness_an_older_database_runs(gate: Gate, database: Database) -> None:
    """The unsafe twin lets scoring run that somebody stopped."""
    backup = gate.state()
    gate.pause("Grace", "odd scores")
    restore(database, backup)
    DecisionLog(database).append([[decision()]])


def test_a_request_of_before_clears_no_restored_database(
    gate: Gate, another: MakeGate, database: Database
) -> None:
    """The stop by the witness is one of its own."""
    gate.pause("Grace", "odd scores")
    request = gate.resumes.request("Ada", REASON, 2)
    backup = gate.state()
    gate.pause("Grace", "and odd again")
    restore(database, backup)
    assert another().resumes.open() == [request]
    with pytest.raises(Exception, match="epoch 2 is named"):
        another().resumes.approve(request.id, "Grace", 2)


@pytest.mark.parametrize("move", ["stop", "resume"])
def test_a_crash_between_file_and_database_leaves_it_shut(
    gate: Gate, another: MakeGate, database: Database, move: str
) -> None:
    """The file is written first: the database, which lacks the move, is taken for an older one."""
    act = partial(gate.pause, "Grace", "odd scores")
    if move == "resume":
        request = gate.resumes.request("Ada", REASON, act().epoch)
        act = partial(gate.resumes.approve, request.id, "Grace", request.epoch)

    @event.listens_for(database.engine, "commit")
    def crash(connection: Connection) -> None:
        del connection
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        act()
    event.remove(database.engine, "commit", crash)
    assert not another().look().is_running
    assert resumed(another()).is_running


def test_a_lost_witness_shuts_the_gate(
    gate: Gate, another: MakeGate, database: Database, file: Path, anchors: Anchors
) -> None:
    """Where anchors stand beside it there was one: it may have known of a later stop."""
    del gate
    Sealer(database, anchors).seal()
    file.unlink()
    assert not another().look().is_running
    assert another().state().by == "the witness"
    assert resumed(another()).is_running
    assert another().look().is_running


@pytest.mark.parametrize("content", ["", "x", "1 2"])
def test_a_witness_that_cannot_be_read_shuts_the_gate(
    gate: Gate, another: MakeGate, file: Path, content: str
) -> None:
    """As one that is gone; people mend it by letting scoring run."""
    del gate
    file.write_text(content)
    assert not another().look().is_running
    assert resumed(another()).is_running
    assert another().look().is_running


def test_a_machine_that_is_new_begins_with_what_the_database_says(
    gate: Gate, database: Database, tmp_path: Path
) -> None:
    """Nothing was anchored there: there was no witness to lose. From then on it knows."""
    del gate
    new = tmp_path / "new" / "anchors.txt"
    assert Gate(database, ALL_DAY, Witness(new)).look().is_running
    assert new.with_name("anchors.txt.epoch").read_text() == "1\n"


def test_whoever_seals_bears_witness_first(gate: Gate, database: Database, tmp_path: Path) -> None:
    """A new machine that anchors before anything looks at the gate has lost nothing."""
    del gate
    new = tmp_path / "new" / "anchors.txt"
    Sealer(database, Anchors(new)).seal()
    assert Gate(database, ALL_DAY, Witness(new)).look().is_running


def test_a_gate_that_was_moved_without_a_witness_needs_none(
    database: Database, another: MakeGate, anchors: Anchors, file: Path
) -> None:
    """As by a version that knew of none."""
    Gate(database, ALL_DAY).open_first("Ada")
    Sealer(database, anchors).seal()
    assert another().look().is_running
    assert file.read_text() == "1\n"


def test_moves_of_other_machines_are_put_down(
    gate: Gate, another: MakeGate, database: Database, file: Path
) -> None:
    """By whoever looks after the gate here."""
    elsewhere = Gate(database, ALL_DAY)
    elsewhere.pause("Grace", "odd scores")
    resumed(elsewhere)
    assert file.read_text() == "1\n"
    assert another().look().is_running
    assert file.read_text() == "3\n"
    del gate


def in_the_way(file: Path) -> None:
    """Let nothing be written where the witness is, for anybody."""
    file.unlink()
    (file / "in the way").mkdir(parents=True)


def test_a_stop_does_not_wait_for_the_witness(gate: Gate, file: Path) -> None:
    """It is made where nothing can be written; a resume is not."""
    in_the_way(file)
    assert gate.pause("Grace", "odd scores").epoch == 2
    with pytest.raises(UnwrittenWitnessError, match="RISK_ANCHORS"):
        resumed(gate)
    assert not gate.state().is_running


def test_it_only_ever_grows(file: Path, anchors_file: Path) -> None:
    """Whichever of two processes comes last."""
    one, other = Witness(anchors_file), Witness(anchors_file)
    for witness, epoch in zip(itertools.cycle([one, other]), (3, 5, 4, 2), strict=False):
        witness.write(epoch)
    assert file.read_text() == "5\n"
