"""Doctor: what the platform needs of this machine, what is amiss, and how to mend it."""

from collections.abc import Callable, Iterator
from types import MappingProxyType

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from risk_platform.commands import machine, records
from risk_platform.commands.finding import Finding, Verdict
from risk_platform.commands.mends import mend_of
from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.tables import DamagedTableError
from risk_platform.orchestration.unreadable import instance_errors
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
        words = (finding.what, finding.verdict.value, finding.seen, finding.mend)
        table.add_row(*map(escape, words))
    console.print(table)
    return int(any(finding.verdict is Verdict.BAD for finding in found))


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, one finding after the other."""
    for examination in (machine.python, machine.java, machine.spark, machine.memory):
        yield examined(examination, settings)
    disk = examined(machine.disk, settings)
    yield disk
    for examination in (_tables, _source, records.runs, records.champion, records.decisions):
        what = _name(examination)
        if disk.verdict is Verdict.BAD and what in _KEPT_BY and not _setting(what, settings):
            # Those who keep it would each try for long, and say no more than the disk does.
            yield Finding(what, Verdict.WARNING, "not looked at", "mend the disk first")
        else:
            yield examined(examination, settings)
    yield from machine.ports(settings)


def examined(examination: Callable[[Settings], Finding], settings: Settings) -> Finding:
    """Turn an error into a finding: a doctor does not faint."""
    try:
        return examination(settings)
    except (RiskPlatformError, *instance_errors(), *client_errors()) as error:
        what = _name(examination)
        said = _whole_story(error)
        return Finding(what, Verdict.BAD, said, mend_of(what, said, _setting(what, settings)))


def _name(examination: Callable[[Settings], Finding]) -> str:
    return examination.__name__.removeprefix("_")


def _whole_story(error: BaseException) -> str:
    """Return what was said, and what was said before, where that was another's word."""
    said = str(error).partition("\n")[0]
    cause = error.__cause__
    before = str(cause).partition("\n")[0] if cause else ""
    return said if not before or before in said else f"{said} ({before})"


# By which setting something is kept elsewhere than in the platform's own folder.
_KEPT_BY = MappingProxyType(
    {
        "tables": "tables",
        "runs": "dagster_database",
        "champion": "mlflow_uri",
        "decisions": "database",
    }
)


def _setting(what: str, settings: Settings) -> str:
    name = _KEPT_BY.get(what, "")
    return f"RISK_{name.upper()}" if name and getattr(settings, name) else ""


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
