"""API keys by hand: making, showing, rotating and revoking them."""

from collections.abc import Collection

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from risk_platform.commands.store import store_of
from risk_platform.handover.access.keys import Keys
from risk_platform.handover.access.roles import Role
from risk_platform.handover.clock import from_us
from risk_platform.settings import Settings


def create(settings: Settings, name: str, roles: Collection[Role], console: Console) -> int:
    """Make a key, show its secret once, and return the exit code."""
    with store_of(settings) as database:
        _tell(Keys(database).create(name, roles), console)
    return 0


def rotate(settings: Settings, name: str, overlap_minutes: float, console: Console) -> int:
    """Give a key a new secret beside the old one, and return the exit code."""
    with store_of(settings) as database:
        _tell(Keys(database).rotate(name, overlap_minutes * 60), console)
    return 0


def revoke(settings: Settings, name: str, console: Console) -> int:
    """Let a key open nothing any more, and return the exit code."""
    with store_of(settings) as database:
        Keys(database).revoke(name)
    console.print(f"{name} opens nothing any more: services know within 5 seconds", markup=False)
    return 0


def show(settings: Settings, console: Console) -> int:
    """Show all keys that ever were, and return the exit code."""
    with store_of(settings) as database:
        records = Keys(database).all()
    table = Table("name", "id", "roles", "made (UTC)", "revoked (UTC)")
    for one in records:
        table.add_row(
            escape(one.key.name),
            one.key.id,
            " ".join(sorted(one.key.roles)),
            _time(one.made_us),
            _time(one.revoked_us),
        )
    console.print(table)
    return 0


def _time(at_us: int | None) -> str:
    return "" if at_us is None else f"{from_us(at_us):%Y-%m-%d %H:%M:%S}"


def _tell(secret: str, console: Console) -> None:
    console.print(secret, markup=False, soft_wrap=True, highlight=False)
    console.print("Keep it: it is shown this once.", style="yellow")
