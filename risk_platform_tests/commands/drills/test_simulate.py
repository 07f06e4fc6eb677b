"""The command that puts a platform through drills: what it refuses, does, writes and says."""

import io
from pathlib import Path

import pytest
from pydantic import ValidationError
from rich.console import Console

from risk_platform.commands import simulate as command
from risk_platform.commands.ports import free_port
from risk_platform.errors.drills import (
    DrillsForbiddenError,
    ServiceAwayError,
    StoppedBeforeDrillError,
    UnknownScenarioError,
)
from risk_platform.evaluation.drills import Verdict
from risk_platform.handover.access.keys import Keys
from risk_platform.settings import Settings
from risk_platform.simulation.applications import Applications, size_of
from risk_platform.simulation.results import newest_results
from risk_platform.simulation.scenarios import LEAGUE
from risk_platform_tests.commands.drills.conftest import Place
from risk_platform_tests.commands.drills.tables import publish_split
from risk_platform_tests.commands.test_commands import call

FEW = command.Chosen(per_second=150, clients=5, most=40, patience_seconds=0.5)


def test_the_scenarios_are_shown(tmp_path: Path) -> None:
    """Each with what happens in it."""
    done = call(tmp_path, "simulate", "--list")
    assert done.returncode == 0
    assert all(name in done.stdout for name in LEAGUE)


@pytest.mark.parametrize("arguments", [(), ("control", "--all")])
def test_one_says_what_is_to_be_done(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Neither nothing nor two things."""
    done = call(tmp_path, "simulate", *arguments)
    assert done.returncode == 2
    assert "--list" in done.stderr


def test_a_name_that_is_none_is_refused(tmp_path: Path) -> None:
    """Before anything is asked."""
    with pytest.raises(UnknownScenarioError, match="meteor"):
        command.run(Settings(home=tmp_path), ["control", "meteor"], FEW, Console())


def test_nothing_is_done_in_production(tmp_path: Path) -> None:
    """Not even ordinary traffic; and nobody can allow hands there."""
    production = Settings(home=tmp_path, production=True, auth="keys")
    with pytest.raises(DrillsForbiddenError):
        command.run(production, ["control"], FEW, Console())
    with pytest.raises(ValidationError, match="RISK_DRILLS"):
        Settings(home=tmp_path, production=True, auth="keys", drills=True)


def test_what_is_asked_for_is_done_written_and_shown(place: Place, pool: Applications) -> None:
    """A quiet control, a bad day that nobody saw, and a drill that would need a yes."""
    port = int(place.ground.url.rpartition(":")[2])
    settings = Settings(home=place.home, api_port=port, resume="single")
    publish_split(settings.tables_root, pool, ["train"] * size_of(pool))
    said, names = io.StringIO(), ["control", "months-reworded", "recession", "tampered-log"]
    code = command.run(settings, names, FEW, Console(file=said, width=200))
    found = newest_results(settings.drills_folder, LEAGUE)
    verdicts = [Verdict.QUIET, Verdict.REFUSED, Verdict.MISSED, Verdict.SKIPPED]
    assert {one.scenario: one.verdict for one in found} == dict(zip(names, verdicts, strict=True))
    assert code == 1
    assert all(one in said.getvalue() for one in (*names, *verdicts, "RISK_DRILLS=true"))
    assert live(place) == _clients(place)


def test_a_platform_that_is_away_is_named(tmp_path: Path, pool: Applications) -> None:
    """With what to start."""
    settings = Settings(home=tmp_path, api_port=free_port("127.0.0.1", 0))
    publish_split(settings.tables_root, pool, ["train"] * size_of(pool))
    with pytest.raises(ServiceAwayError, match="risk-platform up"):
        command.run(settings, ["control"], FEW, Console(file=io.StringIO()))


def test_a_stopped_platform_is_left_alone(place: Place, pool: Applications) -> None:
    """Whoever stopped it had a reason, which is said; nothing resumes it."""
    port = int(place.ground.url.rpartition(":")[2])
    settings = Settings(home=place.home, api_port=port)
    publish_split(settings.tables_root, pool, ["train"] * size_of(pool))
    place.gate.pause("Ada", "a quarter that nobody explained")
    try:
        with pytest.raises(StoppedBeforeDrillError, match="nobody explained"):
            command.run(settings, ["control"], FEW, Console(file=io.StringIO()))
        assert not place.gate.state().is_running
    finally:
        place.ground.resume()
    assert live(place) == _clients(place)


def live(place: Place) -> set[str]:
    """Return the ids of keys that still open something."""
    return {*Keys(place.database).live()}


def _clients(place: Place) -> set[str]:
    """Return the ids of the keys that all these tests share."""
    clients = place.ground.clients
    return {one.key_id for one in (*clients.applying, clients.watching)}
