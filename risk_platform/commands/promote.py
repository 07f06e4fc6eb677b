"""Promotions by hand: who leads, who is proposed, and letting one lead with a name and a reason."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from risk_platform.handover.models.promotions import Promotion, Promotions
from risk_platform.settings import Settings


def approve(settings: Settings, version: int, by: str, reason: str, console: Console) -> int:
    """Let the challenger lead, and return the exit code."""
    _tell(Promotions.of(settings).approve(version, by, reason), console)
    return 0


def roll_back(
    settings: Settings, version: int | None, by: str, reason: str, console: Console
) -> int:
    """Let a version lead again that led before, and return the exit code."""
    _tell(Promotions.of(settings).roll_back(by, reason, version), console)
    return 0


def show(settings: Settings, console: Console) -> int:
    """Show who led, who is proposed, and whether the registry agrees; 1 where it does not."""
    promotions = Promotions.of(settings)
    record = promotions.record()
    table = Table("version", "since (UTC)", "let lead by", "how", "why", title="What led")
    for one in record.promotions:
        table.add_row(str(one.version), one.at, escape(one.by), one.way, escape(one.reason))
    console.print(table)
    challenger = record.challenger
    if challenger and record.led(challenger.version) is None:
        console.print(
            f"Proposed: version {challenger.version} ({challenger.candidate}, "
            f"{challenger.protocol}) by {challenger.by} on {challenger.at}",
            markup=False,
        )
    if said := promotions.disagreement():
        console.print(said, style="red", markup=False)
        return 1
    return 0


def _tell(promotion: Promotion, console: Console) -> None:
    told = f"version {promotion.version} leads: {promotion.by} let it ({promotion.reason})"
    console.print(told, markup=False)
