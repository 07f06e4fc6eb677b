"""The log of decisions by hand: tables and rights, chain and restores, one decision, holds."""

from contextlib import closing

from msgspec import structs
from rich.console import Console

from risk_platform.commands.store import store_of
from risk_platform.handover.access.grants import grants_for_sealer, grants_for_service
from risk_platform.handover.clock import from_us
from risk_platform.handover.log import restores
from risk_platform.handover.log.anchors import Anchor, Anchors
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


def verify(settings: Settings, console: Console, *, without_anchors: bool) -> int:
    """Read the whole log, and return the exit code; what was changed rises as an error."""
    with store_of(settings) as database:
        auditor = Auditor(database, Anchors(settings.anchors_file))
        audit = auditor.audit(without_anchors=without_anchors)
    rows = f"{audit.sealed:,} sealed rows are as they were sealed"
    vouched = f"{settings.anchors_file} vouches for {audit.anchored:,} of them"
    if audit.first:
        since = f"{_at(audit.first.at_us)}, when {audit.first.head.position:,} were sealed"
        vouched = f"{vouched}, since {since}"
    waiting = f"{audit.unsealed:,} wait to be sealed"
    for line in (rows, vouched, waiting, *map(_loss, audit.cuts)):
        console.print(line, markup=False, soft_wrap=True)
    return 0


def accept_restore(settings: Settings, by: str, reason: str, console: Console) -> int:
    """Give up what a restored database lacks, and return the exit code."""
    with store_of(settings) as database:
        cut = restores.accept_restore(database, Anchors(settings.anchors_file), by, reason)
    console.print(_loss(cut), markup=False, soft_wrap=True)
    return 0


def _loss(anchor: Anchor) -> str:
    """Say what was lost in a restore."""
    if anchor.cut is None:
        return ""
    first, last = anchor.head.position + 1, anchor.cut.lost_to
    return (
        f"a restore lost what was anchored at positions {first:,} to {last:,}, up to "
        f"{last - first + 1:,} rows; {anchor.cut.by} accepted that on {_at(anchor.at_us)}: "
        f"{anchor.cut.reason}"
    )


def _at(at_us: int) -> str:
    return f"{from_us(at_us):%Y-%m-%d %H:%M:%S} UTC"


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
