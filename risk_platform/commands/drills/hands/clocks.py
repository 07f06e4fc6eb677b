"""Clock jumps: a service of the same home and database, in a process whose clock is off by hours.

The lease is judged by the database's time, so that such a clock ends none and revives none.
"""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import make_url

from risk_platform.commands.drills import conduct as traffic
from risk_platform.commands.drills.ground import Ground, Reporter, demand_running, model_of
from risk_platform.commands.drills.hands import daemon
from risk_platform.commands.drills.hands.machine import Machine
from risk_platform.commands.drills.hands.service import another_service, wait_until_ready
from risk_platform.evaluation.drills import Drill, Verdict
from risk_platform.settings import Settings
from risk_platform.simulation.scenarios import CONTROL, SCENARIOS

HOURS = 2
# Where Debian and Fedora put it.
_PLACES = ("/usr/lib/*/faketime", "/usr/lib/faketime", "/usr/lib64/faketime")
_LIBRARY = "libfaketimeMT.so.1"
_HOUR_SECONDS, _TOLERANCE_SECONDS = 3_600, 60


def ahead(name: str, machine: Machine, ground: Ground) -> Drill:
    """Have a service whose clock is ahead decide ordinary applications: nothing is to stop it."""
    report = Reporter(name, ground, model_of(ground))
    demand_running(ground)
    if why := why_not(machine.settings):
        return report.skipped(why)
    with _service(machine.settings, ground, HOURS) as url:
        drill = traffic.conduct(SCENARIOS[CONTROL], replace(ground, url=url))
    is_quiet = drill.verdict is Verdict.QUIET
    verdict = Verdict.PREVENTED if is_quiet else drill.verdict
    return report.found(verdict, drill.sentence, None, drill.observed)


def behind(name: str, machine: Machine, ground: Ground) -> Drill:
    """Let the lease end while a service runs whose clock says that it has hours left."""
    report = Reporter(name, ground, model_of(ground))
    demand_running(ground)
    if why := why_not(machine.settings):
        return report.skipped(why)
    with _service(machine.settings, ground, -HOURS) as url:
        return daemon.conduct(name, machine, replace(ground, url=url))


def why_not(settings: Settings) -> str:
    """Say why no clock can be set here; empty where one can."""
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        return "SQLite has no clock but that of each process: RISK_DATABASE=postgresql+psycopg://…"
    if _library() is None:
        return f"there is no {_LIBRARY}: apt-get install libfaketime"
    if not _is_moved(HOURS):
        return f"{_library()} moves no clock of {sys.executable}"
    return ""


def _clock(hours: int) -> dict[str, str]:
    """Return what moves the clock of a process that is started with it."""
    return {
        "LD_PRELOAD": str(_library()),
        "FAKETIME": f"{hours:+d}h",
        # A clock that is set does not move the one that only goes on.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


def _is_moved(hours: int) -> bool:
    """Ask a process for its time."""
    asked = subprocess.run(
        [sys.executable, "-c", "import time; print(time.time())"],
        env=os.environ | _clock(hours),
        capture_output=True,
        text=True,
        check=True,
    )
    off_seconds = float(asked.stdout) - time.time()
    return abs(off_seconds - hours * _HOUR_SECONDS) < _TOLERANCE_SECONDS


def _library() -> Path | None:
    found = (file for place in _PLACES for file in Path("/").glob(f"{place[1:]}/{_LIBRARY}"))
    return next(found, None)


@contextmanager
def _service(settings: Settings, ground: Ground, hours: int) -> Generator[str]:
    """Start a service whose clock is so many hours ahead; give its address once it answers."""
    with another_service(settings, _clock(hours)) as url:
        wait_until_ready(url, ground)
        yield url
