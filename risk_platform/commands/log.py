"""The log of decisions by hand: its tables and rights, its chain, one decision, legal holds."""

from contextlib import closing

from msgspec import structs
from rich.console import Console

from risk_platform.commands.store import store_of
from risk_platform.handover.access.grants import grants_for_sealer, grants_for_service
from risk_platform.handover.clock import from_us
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.audit import Auditor
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.log.retention import Retention
from risk_platform.handover.log.seals import Sealer
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings


def migrate(settings: Settings, console: Console) -> int:
    """Bring the tables up to date, and return the exit code."""
    with store_of(settings):
        console.print("the tables of the database of decisions are up to date", markup=False)
    return 0


def grants(service: str, sealer: str, console: Console) -> int:
    """Show what gives two roles of PostgreSQL their rights, and return the exit code."""
    for statement in (*grants_for_service(service), *grants_for_sealer(sealer)):
        console.print(f"{statement};", markup=False, highlight=False, soft_wrap=True)
    return 0


def seal(settings: Settings, console: Console) -> int:
    """Seal what was committed, under the sealer's role, and return the exit code."""
    with closing(open_store(settings.sealer_database_url)) as database:
        sealed = Sealer(database, Anchors(settings.anchors_file)).seal()
    console.print(f"{sealed:,} rows sealed", markup=False)
    return 0


def verify(settings: Settings, console: Console) -> int:
    """Read the whole log, and return the exit code; what was changed rises as an error."""
    with store_of(settings) as database:
        audit = Auditor(database, Anchors(settings.anchors_file)).audit()
    console.print(
        f"{audit.sealed:,} sealed rows are as they were sealed, {audit.anchored:,} of them by "
        f"{settings.anchors_file}; {audit.unsealed:,} wait to be sealed",
        markup=False,
        soft_wrap=True,
    )
    return 0


def show(settings: Settings, decision_id: str, console: Console) -> int:
    """Show one decision, and return the exit code."""
    with store_of(settings) as database:
        decision = DecisionLog(database).get(decision_id)
    for name, value in structs.asdict(decision).items():
        told = f"{from_us(value):%Y-%m-%d %H:%M:%S.%f} UTC" if name == "at_us" else value
        console.print(f"{name:>16}  {told}", markup=False, soft_wrap=True)
    return 0


def hold(settings: Settings, decision_id: str, by: str, reason: str, console: Console) -> int:
    """Keep a decision however old it becomes, and return the exit code."""
    with store_of(settings) as database:
        Retention(database).hold(decision_id, by, reason)
    console.print(f"{decision_id} is kept until it is released", markup=False)
    return 0


def release(settings: Settings, decision_id: str, by: str, reason: str, console: Console) -> int:
    """Let a decision go when its time is over, and return the exit code."""
    with store_of(settings) as database:
        Retention(database).release(decision_id, by, reason)
    console.print(f"{decision_id} is kept no longer than others", markup=False)
    return 0
