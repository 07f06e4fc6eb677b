"""Looks: each window is judged once, and what is red stops scoring in the same transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event, select

from risk_platform.errors.handover import LogUnavailableError
from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord, DriftVerdict, Extent, Light
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import Cause
from risk_platform.handover.heeding import heed
from risk_platform.handover.tables import DRIFT, GATE_EVENTS
from risk_platform.orchestration.monitoring.looks import DriftWatch, Pace
from risk_platform_tests.handover import moves
from risk_platform_tests.monitored import KEYS, Given, in_cents, without, world

WORLD = world()


class PowerCutError(Exception):
    """The process ends here."""


def look(watch: DriftWatch) -> list[DriftVerdict]:
    """Look once."""
    return watch.look(WORLD.model)


def lights(verdicts: list[DriftVerdict]) -> list[tuple[Light, Extent | None, int]]:
    """Return what verdicts say, of how much, and of how many decisions."""
    return [(one.light, one.extent, one.decisions) for one in verdicts]


def stops(database: Database) -> list[str]:
    """Return the evidence of each stop by drift."""
    sought = select(GATE_EVENTS.c.evidence).where(GATE_EVENTS.c.trigger_rule.startswith("drift"))
    with database.reading() as connection:
        return list(connection.execute(sought.order_by(GATE_EVENTS.c.sequence)).scalars())


def test_ordinary_decisions_are_green(database: Database, watch: DriftWatch) -> None:
    """Each whole window is judged once; what is left is too little to say."""
    WORLD.decide(database, 3_900)
    assert lights(look(watch)) == [(Light.GREEN, Extent.WHOLE, 2_000)]
    WORLD.decide(database, 200, begin=3_900)
    (second,) = look(watch)
    assert (second.light, second.after_sequence, second.upto_sequence) == (
        Light.GREEN,
        2_000,
        4_000,
    )
    assert look(watch) == []


def test_before_the_first_decision_it_is_said_that_there_is_none(
    watch: DriftWatch, gate: Gate
) -> None:
    """That is a verdict too: it lets scoring begin."""
    assert lights(look(watch)) == [(Light.INSUFFICIENT, Extent.GLANCE, 0)]
    assert gate.state().is_running


def test_nothing_new_is_put_down_only_so_often(database: Database, watch: DriftWatch) -> None:
    """Before the verdict is too old to let scoring go on."""
    assert len(look(watch)) == 1
    assert look(watch) == []
    moves.let_pass(database, 101)
    assert len(look(watch)) == 1


def test_a_unit_error_stops_before_a_window_is_whole(
    database: Database, watch: DriftWatch, gate: Gate
) -> None:
    """Within a few hundred decisions; the event names the verdict, the window and the model."""
    WORLD.decide(database, 300, in_cents)
    (verdict,) = look(watch)
    assert (verdict.light, verdict.extent) == (Light.RED, Extent.CUT)
    state, cause = gate.state(), moves.last_cause(database)
    assert not state.is_running
    assert "household_income_usd" in state.reason
    assert cause == Cause(
        actor_type=cause.actor_type,
        trigger=cause.trigger,
        evidence=verdict.digest,
        window_us=(verdict.since_us, verdict.until_us),
        decisions=300,
        model_digest=WORLD.model.digest,
    )
    assert (cause.actor_type, cause.trigger[:7]) == ("sensor", "drift: ")


def test_a_window_that_stopped_scoring_does_not_stop_it_again(
    database: Database, watch: DriftWatch, gate: Gate
) -> None:
    """Once people have resumed it, a new window begins; and they name what was seen since."""
    WORLD.decide(database, 300, in_cents)
    look(watch)
    (since,) = look(watch)
    assert lights([since]) == [(Light.INSUFFICIENT, Extent.GLANCE, 0)]
    moves.resumed(gate, cause=Cause(evidence=since.digest))
    WORLD.decide(database, 2_000)
    assert lights(look(watch)) == [(Light.GREEN, Extent.WHOLE, 2_000)]
    assert gate.state().is_running
    assert len(stops(database)) == 1


def test_what_stopped_by_hand_ends_a_window(
    database: Database, watch: DriftWatch, gate: Gate
) -> None:
    """What was decided before is not taken together with what is decided afterwards."""
    WORLD.decide(database, 100)
    gate.pause("Ada", "a look at the bureau's feed")
    assert lights(look(watch)) == [(Light.INSUFFICIENT, Extent.CUT, 100)]
    moves.resumed(gate)
    WORLD.decide(database, 2_000, begin=100)
    (whole,) = look(watch)
    assert (whole.extent, whole.after_sequence, whole.decisions) == (Extent.WHOLE, 100, 2_000)


def better_off(given: Given) -> Given:
    """Move one input by less than what is gross."""
    return given | {"annual_inc": float(given["annual_inc"] or 0) * 1.25}


def test_what_two_windows_suspect_stops_though_who_looks_was_killed_between(
    database: Database, gate: Gate
) -> None:
    """The first one suspects it; what it did is read from the record, not from memory."""
    WORLD.decide(database, 2_000, better_off)
    (first,) = look(DriftWatch(database, gate, Pace()))
    assert (first.light, gate.state().is_running) == (Light.AMBER, True)
    WORLD.decide(database, 2_000, better_off, begin=2_000)
    (second,) = look(DriftWatch(database, gate, Pace()))
    assert (second.light, second.stops) == (Light.RED, True)
    assert not gate.state().is_running


def test_one_key_that_drifts_is_suspended_alone(
    database: Database, watch: DriftWatch, gate: Gate
) -> None:
    """Three in ten decisions are its, all of them shifted; the others are served on."""
    WORLD.decide(database, 1_400, keys=KEYS)
    WORLD.decide(database, 600, in_cents, keys=["rogue"], begin=1_400)
    (verdict,) = look(watch)
    assert (verdict.light, verdict.key_id, verdict.stops) == (Light.RED, "rogue", False)
    state = gate.state()
    assert (state.is_running, state.suspended) == (True, {"rogue"})


def test_one_key_that_gives_nearly_all_is_judged_all_the_same(
    database: Database, watch: DriftWatch, gate: Gate
) -> None:
    """It can be suspended, and can stop nobody else; while all is well nothing is missing."""
    keys = ["main"] * 39 + ["other"]
    WORLD.decide(database, 2_000, keys=keys)
    assert lights(look(watch)) == [(Light.GREEN, Extent.WHOLE, 2_000)]
    WORLD.decide(database, 1_950, in_cents, keys=["main"])
    WORLD.decide(database, 50, keys=["other"], begin=1_950)
    look(watch)
    state = gate.state()
    assert (state.is_running, state.suspended) == (True, {"main"})


def test_only_the_leaders_decisions_are_judged(
    database: Database, watch: DriftWatch, gate: Gate
) -> None:
    """Another model's have another reference."""
    WORLD.decide(database, 500, in_cents, digest="e" * 64)
    WORLD.decide(database, 500)
    assert lights(look(watch)) == [(Light.INSUFFICIENT, Extent.GLANCE, 500)]
    assert gate.state().is_running


def test_two_who_look_at_once_stop_once(database: Database, gate: Gate) -> None:
    """The slower one's verdict is of a window that was judged meanwhile: it does nothing."""
    WORLD.decide(database, 300, in_cents)
    verdict = look(DriftWatch(database, gate, Pace()))[0]
    slower = replace(verdict, digest=None, at_us=0)
    assert heed(database, gate, slower) is None
    assert len(stops(database)) == 1


@contextmanager
def cut_at(database: Database, statement: int) -> Iterator[list[str]]:
    """Cut the power at the n-th statement of the block; give the statements before."""
    done: list[str] = []

    def count(*given: object) -> None:
        if len(done) == statement:
            raise PowerCutError
        done.append(str(given[2]))

    event.listen(database.engine, "before_cursor_execute", count)
    try:
        yield done
    finally:
        event.remove(database.engine, "before_cursor_execute", count)


def test_wherever_the_power_fails_scoring_is_stopped_once(
    database: Database, watch: DriftWatch, gate: Gate
) -> None:
    """At each statement of a look in turn: the next look has one stop, and one verdict for it."""
    statement, is_done = 0, False
    while not is_done:
        WORLD.decide(database, 250, in_cents)
        before = len(stops(database))
        with cut_at(database, statement) as done:
            try:
                look(watch)
                is_done = len(done) < statement
            except PowerCutError:
                pass
        look(watch)
        made = stops(database)
        assert len(made) == before + 1, (statement, done)
        assert verdicts(database, "red")[before:] == made[before:]
        look(watch)
        moves.resumed(gate, cause=Cause(evidence=moves.last_verdict(database)))
        statement += 1
    assert statement > 5


def verdicts(database: Database, light: str) -> list[str]:
    """Return the digests of verdicts of a light."""
    sought = select(DRIFT.c.digest).where(DRIFT.c.light == light).order_by(DRIFT.c.sequence)
    with database.reading() as connection:
        return list(connection.execute(sought).scalars())


def test_what_cannot_be_read_is_no_verdict(
    database: Database, watch: DriftWatch, gate: Gate
) -> None:
    """Nothing is put on record, so that the lease is not renewed."""
    WORLD.decide(database, 10)
    with database.writing() as connection:
        connection.exec_driver_sql('UPDATE decisions SET inputs = \'{"term": "soon"}\'')
    with pytest.raises(ValueError, match="term"):
        look(watch)
    assert DriftRecord(database).latest() is None
    assert gate.state().is_running


def test_a_database_that_is_away_is_no_verdict(watch: DriftWatch, database: Database) -> None:
    """Nobody takes it for green."""
    with database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE drift")
    with pytest.raises(LogUnavailableError):
        look(watch)


def test_inputs_that_are_left_out_stop_scoring(
    database: Database, watch: DriftWatch, gate: Gate
) -> None:
    """As when a bureau's feed is frozen."""
    WORLD.decide(database, 300, without("fico_range_low", "fico_range_high"))
    look(watch)
    assert "missing" in gate.state().reason
