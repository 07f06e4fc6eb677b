"""Drills by hand: what was changed is found, kept from harm, and put back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from risk_platform.commands.drills.ground import Ground
from risk_platform.commands.drills.hands import clocks, daemon, model, tampering
from risk_platform.commands.drills.hands.machine import Machine
from risk_platform.evaluation.drills import Verdict
from risk_platform.handover.gating import rules as gating
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.audit import Auditor
from risk_platform.handover.models.cache import ModelCache
from risk_platform.scoring.bundle_files import MODEL
from risk_platform.settings import Settings
from risk_platform_tests.commands.drills.conftest import Place
from risk_platform_tests.commands.drills.idle_daemon import LEASE_SECONDS, renewing
from risk_platform_tests.serving.processes import PATIENCE_SECONDS
from risk_platform_tests.serving.running import wait_until


@pytest.fixture
def machine(place: Place) -> Machine:
    """Return the machine that the platform runs on, where a drill may do anything."""
    settings = Settings(home=place.home, drills=True)
    return Machine(settings=settings, database=place.database, gate=place.gate)


def test_no_hand_is_laid_on_what_does_not_ask_for_it(machine: Machine, place: Place) -> None:
    """Nor on what runs elsewhere."""
    assert machine.why_not(place.ground.url) == ""
    assert "is not on this machine" in machine.why_not("http://scoring.example:8000")
    unasked = replace(machine, settings=Settings(home=place.home))
    assert "RISK_DRILLS" in unasked.why_not(place.ground.url)


def test_a_poisoned_model_is_not_loaded_and_is_put_back(machine: Machine, place: Place) -> None:
    """Whoever starts waits for a whole one, whoever runs goes on; no courier brings it anew."""
    cache = ModelCache(machine.settings.models_folder)
    lead = cache.leads()
    assert lead
    good = (cache.place(lead.digest) / MODEL).read_bytes()
    drill = model.conduct("poisoned-model", machine, place.ground)
    assert (drill.verdict, drill.leaked, drill.seconds) == (Verdict.PREVENTED, 0, None)
    assert drill.observed.ordinary.decided == place.ground.before
    said = "a service that was started waited until the file was whole, 0 PDs were others"
    assert said in drill.sentence
    assert (cache.place(lead.digest) / MODEL).read_bytes() == good
    assert cache.holds(lead.digest)


def test_other_scores_of_the_same_applications_are_counted() -> None:
    """A digest does not tell them: whoever loads a changed file still names it by that."""
    before = {b"one": 0.1, b"two": 0.2, b"three": 0.3}
    assert model.differing(before, {b"one": 0.1, b"two": 0.25, b"four": 0.4}) == 1
    assert model.differing(before, before) == 0


def test_an_edited_decision_is_found_and_put_back(machine: Machine, place: Place) -> None:
    """The audit names what is wrong with the chain; afterwards it finds nothing.

    That the drill asked for it at once is no time to detect.
    """
    drill = tampering.conduct("tampered-log", machine, place.ground)
    assert drill.verdict is Verdict.DETECTED
    assert (drill.seconds, drill.sentence.startswith("the audit took ")) == (None, True)
    auditor = Auditor(place.database, Anchors(machine.settings.anchors_file))
    assert auditor.audit().sealed >= 1


@pytest.fixture
def short(place: Place, machine: Machine) -> Iterator[tuple[Machine, Ground]]:
    """Return a platform whose lease is short, and is long again afterwards."""
    yield machine, replace(place.ground, patience_seconds=15.0)
    place.ground.resume()
    place.gate.renew(gating.Verdict.SUFFICIENT)


def test_scoring_ends_with_the_lease_once_the_daemon_stands_still(
    place: Place, short: tuple[Machine, Ground], tmp_path: Path
) -> None:
    """Nothing is decided after its end; the daemon goes on, and ordinary applications do."""
    with renewing(place.home, place.url, tmp_path, "dagster-daemon"):
        wait_until(lambda: place.gate.state().lease_seconds <= LEASE_SECONDS, PATIENCE_SECONDS)
        drill = daemon.conduct("dead-daemon", *short)
        (process,) = daemon.daemons_of(place.home)
        assert process.status() != "stopped"
    assert (drill.verdict, drill.leaked, drill.is_failure) == (Verdict.DETECTED, 0, False)
    assert drill.seconds
    assert drill.seconds > 1.0


def test_a_daemon_that_goes_on_keeps_scoring_open(
    place: Place, short: tuple[Machine, Ground], tmp_path: Path
) -> None:
    """The unsafe twin: one daemon stands still, and another renews the lease all the while."""
    machine, ground = short
    (tmp_path / "other").mkdir()
    with (
        renewing(place.home, place.url, tmp_path / "other", "another-daemon"),
        renewing(place.home, place.url, tmp_path, "dagster-daemon"),
    ):
        wait_until(lambda: place.gate.state().lease_seconds <= LEASE_SECONDS, PATIENCE_SECONDS)
        drill = daemon.conduct("dead-daemon", machine, replace(ground, patience_seconds=1.0))
    assert (drill.verdict, drill.is_failure) == (Verdict.MISSED, True)
    assert drill.leaked > 0


def test_without_a_daemon_there_is_nothing_to_show(machine: Machine, place: Place) -> None:
    """It is said, and not counted as either."""
    drill = daemon.conduct("dead-daemon", machine, place.ground)
    assert (drill.verdict, drill.is_failure) == (Verdict.SKIPPED, False)


def test_nobody_waits_for_the_end_of_a_long_lease(
    machine: Machine, place: Place, tmp_path: Path
) -> None:
    """It is said which setting makes it shorter."""
    with renewing(place.home, place.url, tmp_path, lease_seconds=3_600.0):
        wait_until(lambda: daemon.daemons_of(place.home), PATIENCE_SECONDS)
        drill = daemon.conduct("dead-daemon", machine, place.ground)
    assert (drill.verdict, "RISK_LEASE_SECONDS" in drill.sentence) == (Verdict.SKIPPED, True)


def test_clocks_are_not_set_where_the_database_has_none(machine: Machine, place: Place) -> None:
    """SQLite's time is that of each process."""
    for act in (clocks.ahead, clocks.behind):
        drill = act("clock-ahead", machine, place.ground)
        assert (drill.verdict, "SQLite" in drill.sentence) == (Verdict.SKIPPED, True)
