"""Simulate: a running platform is put through drills, and it is told how it fared."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from risk_platform.commands.drills.clients import clients_of
from risk_platform.commands.drills.conduct import conduct
from risk_platform.commands.drills.ground import Ground, Reporter, model_of
from risk_platform.commands.drills.hands import clocks, daemon, model, tampering
from risk_platform.commands.drills.hands.machine import Machine
from risk_platform.commands.drills.people import People
from risk_platform.commands.drills.pool import read_pool
from risk_platform.commands.drills.shown import results_table
from risk_platform.commands.home import alone_in
from risk_platform.commands.progress import progress_bar
from risk_platform.commands.store import store_of
from risk_platform.errors.drills import DrillsForbiddenError, UnknownScenarioError
from risk_platform.evaluation.drills import Drill
from risk_platform.handover.drift import DriftRecord
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.news import rule_of_suspension
from risk_platform.settings import Settings
from risk_platform.simulation.results import write_results
from risk_platform.simulation.scenarios import LEAGUE, SCENARIOS

_HANDS: Mapping[str, Callable[[str, Machine, Ground], Drill]] = {
    "dead-daemon": daemon.conduct,
    "poisoned-model": model.conduct,
    "tampered-log": tampering.conduct,
    "clock-ahead": clocks.ahead,
    "clock-behind": clocks.behind,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """How drills are to be.

    Parameters
    ----------
    url
        Of the scoring service; empty for the one that the settings name.
    per_second, clients, seed, patience_seconds
        As of ``Ground``.
    most
        After how many bad applications a scenario is over; 0: after its own number.
    out
        File of the results; ``None``: one of its own in the home.
    """

    url: str = ""
    per_second: float = 100.0
    clients: int = 6
    seed: int = 7
    most: int = 0
    patience_seconds: float = 60.0
    out: Path | None = None


def run(settings: Settings, names: Sequence[str], chosen: Chosen, console: Console) -> int:
    """Put the platform through drills, and return the exit code: 1 where it failed in one.

    Raises
    ------
    UnknownScenarioError, DrillsForbiddenError, BusyHomeError
        A name stands for nothing; the platform is in production, or is put through drills already.
    RiskPlatformError
        It cannot be asked, or somebody else stopped it. What came before is in the file.
    """
    for name in names:
        if name not in LEAGUE:
            raise UnknownScenarioError(name)
    if settings.production:
        raise DrillsForbiddenError
    file, drills = chosen.out or _file(settings), list[Drill]()
    with alone_in(settings.root, "simulate"), store_of(settings) as database, ExitStack() as stack:
        machine = Machine(settings=settings, database=database, gate=Gate.of(settings, database))
        ground = stack.enter_context(_ground(machine, chosen, console))
        bar = stack.enter_context(progress_bar(console))
        for name in names:
            with _shown(bar, name, ground) as shown:
                drills.append(_drill(name, machine, shown))
            write_results(file, drills)
    console.print(results_table(drills))
    console.print(f"in {file}", markup=False, soft_wrap=True)
    return int(any(drill.is_failure for drill in drills))


@contextmanager
def _ground(machine: Machine, chosen: Chosen, console: Console) -> Generator[Ground]:
    """Give the ground of all drills; its keys are revoked at the end of the block."""
    settings, url = machine.settings, chosen.url.rstrip("/") or machine.settings.api_url
    pool = read_pool(settings, chosen.seed)
    drift = DriftRecord(machine.database)
    people = People(machine.gate, drift, settings.proposer, partial(console.print, markup=False))
    with clients_of(url, machine.database, chosen.clients) as clients:
        yield Ground(
            url=url,
            clients=clients,
            pool=pool,
            resume=people.resume,
            reinstate=people.reinstate,
            suspended_by=partial(rule_of_suspension, machine.database),
            per_second=chosen.per_second,
            seed=chosen.seed,
            most=chosen.most,
            patience_seconds=chosen.patience_seconds,
        )


def _drill(name: str, machine: Machine, ground: Ground) -> Drill:
    if name in SCENARIOS:
        return conduct(SCENARIOS[name], ground)
    if why := machine.why_not(ground.url):
        return Reporter(name, ground, model_of(ground)).skipped(why)
    return _HANDS[name](name, machine, ground)


@contextmanager
def _shown(bar: Progress, name: str, ground: Ground) -> Generator[Ground]:
    """Give the ground of a drill whose progress is shown; one done by hands has none to tell."""
    task = bar.add_task(name, total=None)

    def show_headway(sent: int, of: int) -> None:
        bar.update(task, completed=sent, total=of)

    yield replace(ground, headway=show_headway)
    bar.stop_task(task)


def _file(settings: Settings) -> Path:
    return settings.drills_folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
