"""Drills as tables on a console."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from risk_platform.evaluation.drills import Drill, Verdict
from risk_platform.simulation.scenarios import LEAGUE

_STYLES = {Verdict.MISSED: "red", Verdict.FALSE_ALARM: "red", Verdict.SKIPPED: "yellow"}


def scenarios_table() -> Table:
    """Return what there is to be put through."""
    table = Table("scenario", "what happens")
    for name, about in LEAGUE.items():
        table.add_row(name, about)
    return table


def results_table(drills: Sequence[Drill]) -> Table:
    """Return how a platform fared."""
    table = Table(title="Drills", title_justify="left")
    for heading in ("scenario", "verdict", "seconds", "leaked", "recovered"):
        table.add_column(heading, no_wrap=True)
    table.add_column("what was seen", overflow="fold")
    for drill in drills:
        recovery = drill.observed.recovery
        table.add_row(
            drill.scenario,
            f"[{_STYLES.get(drill.verdict, 'green')}]{drill.verdict.value}[/]",
            "-" if drill.seconds is None else f"{drill.seconds:.1f}",
            f"{drill.leaked:,}",
            ("yes" if recovery.is_well else "no") if recovery else "-",
            escape(drill.sentence),
        )
    return table
