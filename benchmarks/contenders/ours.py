"""Ours: ``python -m serving`` with all that it does, and the same app with no log to speak of."""

import sys
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import msgspec

from benchmarks.contenders.contender import HOST, ROOT, Contender, NoContenderError, Task
from benchmarks.learnt import proven
from risk_platform.commands.ports import free_port
from risk_platform.features.definitions import INPUTS
from risk_platform.features.parse import parse_columns
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.rules import Rules
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.scoring.bundle import ModelBundle
from risk_platform_tests.bundles import bring
from risk_platform_tests.postgresql import installed_programs, running_server

SWAP_SECONDS = 60.0
# No measurement takes longer.
_LEASE_SECONDS = 86_400.0


@contextmanager
def without_log(task: Task, folder: Path) -> Generator[Contender]:
    """Give the app that records nothing and asks no gate."""
    command = [sys.executable, "-m", "benchmarks.contenders.unlogged"]
    yield replace(_complete(task, folder, _sqlite(folder)), command=command)


@contextmanager
def on_sqlite(task: Task, folder: Path) -> Generator[Contender]:
    """Give the service as it is by default."""
    yield _complete(task, folder, _sqlite(folder))


@contextmanager
def on_postgresql(task: Task, folder: Path) -> Generator[Contender]:
    """Give the service with a PostgreSQL of its own, which syncs each commit as it does by default.

    Raises
    ------
    NoContenderError
        PostgreSQL is not installed.
    """
    if installed_programs() is None:
        raise NoContenderError("not installed: the Debian package postgresql has it")
    with running_server() as server:
        yield _complete(task, folder, server.url(server.new_database()))


def swap(asked: Contender, bundle: ModelBundle, version: int) -> None:
    """Bring the next model, the same under another digest, and wait until it answers."""
    home = Path(asked.environment["RISK_HOME"])
    bring(ModelCache(home / "models"), proven(bundle, f"run-{version}"), version)
    deadline = time.monotonic() + SWAP_SECONDS
    with httpx.Client(base_url=f"http://{HOST}:{asked.port}", trust_env=False) as client:
        while client.get("/model").json()["version"] != version:
            if time.monotonic() > deadline:
                raise TimeoutError(f"version {version} does not answer")
            time.sleep(0.1)


def _complete(task: Task, home: Path, database: str) -> Contender:
    """Return the service in a home where a model leads and scoring runs."""
    bring(ModelCache(home / "models"), task.learnt.bundle)
    with closing(open_store(database)) as opened:
        Gate(opened, Rules(lease_seconds=_LEASE_SECONDS)).open_first("benchmark")
    port = free_port(HOST, 0)
    settings = {
        "home": home,
        "database": database,
        "host": HOST,
        "api_port": port,
        "auth": "off",
        "production": False,
    }
    return Contender(
        command=[sys.executable, "-m", "serving"],
        folder=ROOT,
        port=port,
        path="/predict",
        bodies=[msgspec.json.encode(one) for one in task.applications],
        score=lambda answer: answer["pd"],
        scores=task.learnt.bundle.predict(parse_columns(INPUTS, task.applications)).tolist(),
        environment={f"RISK_{name.upper()}": str(value) for name, value in settings.items()},
    )


def _sqlite(home: Path) -> str:
    return f"sqlite:///{home / 'decisions.db'}"
