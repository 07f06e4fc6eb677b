"""Results: what is written is read, and of each scenario the newest counts."""

from dataclasses import replace
from pathlib import Path

from risk_platform.evaluation.drills import Counts, Drill, Observed, Recovery, Stop, Verdict
from risk_platform.simulation.results import newest_results, write_results
from risk_platform.simulation.scenarios import LEAGUE, SCENARIOS

DRILL = Drill(
    scenario="recession",
    about="hard times",
    verdict=Verdict.DETECTED,
    sentence="scoring was stopped",
    observed=Observed(
        bad=Counts(sent=9, decided=7, decisions=7, refused=1, stopped=1),
        ordinary=Counts(sent=5, decided=5, decisions=5),
        stop=Stop(seconds=2.5, decisions=7, by="drift", reason="red", alert_seconds=0.5),
        recovery=Recovery(seconds=0.25, ordinary=Counts(sent=3, decided=3, decisions=3)),
    ),
    seconds=2.5,
    at="2026-01-01T00:00:00+00:00",
    model_version=3,
    per_second=100.0,
    clients=6,
    seed=7,
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """All of it, by way of JSON."""
    write_results(tmp_path / "drills" / "a.json", [DRILL])
    assert newest_results(tmp_path / "drills", LEAGUE) == [DRILL]


def test_the_newest_of_each_scenario_counts_in_the_order_of_the_league(tmp_path: Path) -> None:
    """Whatever files are called; what is no scenario any more is left out."""
    newer = replace(DRILL, at="2026-02-01T00:00:00+00:00", seconds=1.0)
    control, gone = replace(DRILL, scenario="control"), replace(DRILL, scenario="a-gone-one")
    write_results(tmp_path / "a.json", [newer, control, gone])
    write_results(tmp_path / "b.json", [DRILL])
    assert newest_results(tmp_path, LEAGUE) == [control, newer]


def test_without_drills_there_are_no_results(tmp_path: Path) -> None:
    """The folder need not be there."""
    assert newest_results(tmp_path / "none", LEAGUE) == []


def test_the_league_has_every_scenario_of_traffic_and_says_what_happens() -> None:
    """In a few words each."""
    assert {*SCENARIOS} < {*LEAGUE}
    assert all(20 < len(about) < 90 for about in LEAGUE.values())
