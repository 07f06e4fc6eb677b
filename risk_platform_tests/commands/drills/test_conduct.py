"""Drills by traffic: what they count is what is in the log, and each verdict can come out."""

import dataclasses
import time
from functools import partial

from risk_platform.commands.drills.conduct import conduct
from risk_platform.commands.drills.ground import Ground
from risk_platform.evaluation.drills import Drill, Verdict
from risk_platform.handover.log.decisions import Decision
from risk_platform.simulation.scenarios import SCENARIOS
from risk_platform_tests.commands.drills.conftest import BY_BREAKER, MOST, Place


def drilled(place: Place, name: str, **changes: object) -> Drill:
    """Put the platform through a scenario."""
    ground: Ground = dataclasses.replace(place.ground, **changes)  # pyright: ignore[reportArgumentType]
    return conduct(SCENARIOS[name], ground)


def without_bureau(decisions: list[Decision]) -> list[Decision]:
    """Return the decisions about applications of which the bureau said nothing."""
    return [one for one in decisions if "fico_range_low" not in one.inputs]


def test_a_stop_is_seen_and_what_leaked_before_it_is_counted(place: Place) -> None:
    """As many as the log holds of them; ordinary applications are decided again afterwards."""
    before = len(without_bureau(place.decisions()))

    def is_enough() -> bool:
        return len(without_bureau(place.decisions())) - before >= 60

    with place.guarded(is_enough):
        drill = drilled(place, "frozen-bureau")
    stop, recovery = drill.observed.stop, drill.observed.recovery
    assert (drill.verdict, drill.is_failure) == (Verdict.DETECTED, False)
    assert drill.leaked == len(without_bureau(place.decisions())) - before
    assert 60 <= drill.leaked < MOST
    assert stop
    assert recovery
    told = (stop.by, stop.reason, stop.rule, stop.of_key)
    assert told == ("Ada", "odd applications", "breaker: missing", False)
    assert stop.decisions == drill.leaked
    assert stop.alert_seconds is not None
    assert drill.seconds == stop.seconds > 0
    assert (recovery.ordinary.decided, recovery.is_well) == (40, True)
    assert recovery.seconds is not None


def test_a_platform_that_never_stops_has_detected_nothing(place: Place) -> None:
    """The unsafe twin: nobody guards it, and all that is bad is decided."""
    before = len(without_bureau(place.decisions()))
    drill = drilled(place, "frozen-bureau")
    assert (drill.verdict, drill.is_failure) == (Verdict.MISSED, True)
    assert (drill.seconds, drill.observed.stop, drill.observed.recovery) == (None, None, None)
    assert drill.leaked == MOST == len(without_bureau(place.decisions())) - before


def test_a_quiet_control_is_no_false_alarm(place: Place) -> None:
    """Nothing of it is bad, so nothing leaks."""
    drill = drilled(place, "control")
    assert (drill.verdict, drill.leaked) == (Verdict.QUIET, 0)
    assert drill.observed.ordinary.decided == 40 + MOST


def test_a_stop_of_ordinary_applications_is_a_false_alarm(place: Place) -> None:
    """In the control run."""
    before = len(place.decisions())
    with place.guarded(lambda: len(place.decisions()) - before >= 70):
        drill = drilled(place, "control")
    assert (drill.verdict, drill.is_failure) == (Verdict.FALSE_ALARM, True)
    assert (drill.observed.false_alarms, drill.observed.stop) == (1, None)


def test_a_stop_before_anything_bad_is_a_false_alarm_too(place: Place) -> None:
    """Nothing is sent afterwards that would be told from it."""
    before = len(place.decisions())
    with place.guarded(lambda: len(place.decisions()) - before >= 10):
        drill = drilled(place, "frozen-bureau")
    assert (drill.verdict, drill.observed.bad.sent) == (Verdict.FALSE_ALARM, 0)


def test_what_the_door_refuses_needs_no_stop(place: Place) -> None:
    """The first refusal tells whoever sends it."""
    before = len(place.decisions())
    drill = drilled(place, "months-reworded")
    assert (drill.verdict, drill.leaked) == (Verdict.REFUSED, 0)
    assert drill.observed.bad.refused == MOST
    assert drill.seconds == drill.observed.first_refusal_seconds is not None
    assert len(place.decisions()) - before == 40


def test_one_request_is_decided_once_however_often_it_comes(place: Place) -> None:
    """Its idempotency key sees to that."""
    before = len(place.decisions())
    drill = drilled(place, "repeated-requests")
    assert (drill.verdict, drill.leaked) == (Verdict.PREVENTED, 1)
    assert drill.observed.bad.decided == MOST
    assert len(place.decisions()) - before == 40 + 1


def test_a_rogue_sends_its_share_and_by_one_key(place: Place) -> None:
    """Three in ten, and nothing else comes by that key."""
    before = {one.id for one in place.decisions()}
    drill = drilled(place, "rogue-client", before=0)
    sent = [one for one in place.decisions() if one.id not in before]
    rogue = place.ground.clients.applying[-1].key_id
    assert sum(one.key_id == rogue for one in sent) == MOST == drill.leaked
    assert abs(MOST / len(sent) - 0.3) < 0.02


def test_a_rogue_that_is_suspended_is_detected_and_served_again(place: Place) -> None:
    """Nobody else is stopped meanwhile."""
    rogue = place.ground.clients.applying[-1].key_id
    before = len(place.decisions())

    def is_enough() -> bool:
        return sum(one.key_id == rogue for one in place.decisions()[before:]) >= 30

    def suspend() -> None:
        place.gate.suspend(rogue, "Ada", "odd applications", cause=BY_BREAKER)

    with place.guarded(is_enough, suspend):
        drill = drilled(place, "rogue-client", before=0)
    sent = place.decisions()[before:]
    assert (drill.verdict, drill.is_failure) == (Verdict.DETECTED, False)
    assert drill.observed.stop
    assert (drill.observed.stop.of_key, drill.observed.stop.rule) == (True, "breaker: missing")
    assert 30 <= drill.leaked < MOST
    assert drill.observed.ordinary.stopped == 0
    assert sum(one.key_id == rogue for one in sent) >= drill.leaked
    assert place.gate.state().suspended == frozenset()


def test_a_rogue_for_whom_all_were_stopped_is_a_false_alarm(place: Place) -> None:
    """The unsafe twin: what looks at applications knows no client from another."""
    before = len(place.decisions())
    with place.guarded(lambda: len(place.decisions()) - before >= 60):
        drill = drilled(place, "rogue-client", before=0)
    assert drill.observed.stop
    assert not drill.observed.stop.of_key
    assert (drill.verdict, drill.is_failure, drill.seconds) == (Verdict.FALSE_ALARM, True, None)


def test_a_person_who_stops_scoring_has_detected_nothing(place: Place) -> None:
    """Nor has one who suspends the client: the platform is what is put to the test."""
    rogue = place.ground.clients.applying[-1].key_id
    acts = {
        "frozen-bureau": partial(place.gate.pause, "Ada", "lunch"),
        "rogue-client": partial(place.gate.suspend, rogue, "Ada", "a hunch"),
    }
    for name, act in acts.items():
        before = len(place.decisions())

        def is_enough(before: int = before) -> bool:
            return len(place.decisions()) - before >= 60

        with place.guarded(is_enough, act):
            drill = drilled(place, name)
        assert (drill.verdict, drill.is_failure, drill.seconds) == (Verdict.MISSED, True, None)
        assert "(operator)" in drill.sentence


def test_what_set_a_stop_off_is_known_however_late_it_is_on_record(place: Place) -> None:
    """The witness knows of it first, and nobody can look at the record while that is written."""
    before = len(place.decisions())

    def stop_slowly() -> None:
        with place.database.writing() as connection:
            place.gate.pause_in(connection, "Ada", "odd applications", cause=BY_BREAKER)
            time.sleep(2)

    with place.guarded(lambda: len(place.decisions()) - before >= 60, stop_slowly):
        drill = drilled(place, "frozen-bureau")
    assert drill.observed.stop
    assert drill.observed.stop.rule == "breaker: missing"


def test_one_suspended_client_of_many_is_no_end_of_a_bad_day(place: Place) -> None:
    """The others go on sending what is bad; in the control run it is a false alarm."""
    innocent = place.ground.clients.applying[0].key_id
    for name, verdict in {"frozen-bureau": Verdict.MISSED, "control": Verdict.FALSE_ALARM}.items():
        before = len(place.decisions())

        def is_enough(before: int = before) -> bool:
            return len(place.decisions()) - before >= 70

        with place.guarded(is_enough, lambda: place.gate.suspend(innocent, "Ada", "by mistake")):
            drill = drilled(place, name)
        assert drill.verdict is verdict
        assert place.gate.state().suspended == frozenset()


def test_a_platform_that_does_not_recover_has_failed(place: Place) -> None:
    """However soon it stopped: nobody resumes, and nothing is decided."""
    before = len(place.decisions())
    with place.guarded(lambda: len(place.decisions()) - before >= 70):
        drill = drilled(place, "frozen-bureau", resume=lambda: None, recovery_seconds=0.5)
    place.ground.resume()
    assert drill.verdict is Verdict.DETECTED
    assert drill.observed.recovery
    assert (drill.observed.recovery.seconds, drill.is_failure) == (None, True)
