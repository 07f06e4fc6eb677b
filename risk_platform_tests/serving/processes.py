"""Services that run in processes of their own, and what they say of themselves."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from risk_platform.commands.ports import free_port
from risk_platform.handover.store import open_store
from risk_platform_tests.handover.moves import opened

# Of starting, on a machine that does other work as well.
PATIENCE_SECONDS = 90.0


@dataclass(frozen=True)
class Running:
    """A service that runs."""

    process: subprocess.Popen[bytes]
    client: httpx.Client
    log: Path

    @property
    def version(self) -> int | None:
        """The version that answers; ``None`` where none does, or nothing answers yet."""
        try:
            return self.client.get("/health/ready").json().get("model_version")
        except httpx.TransportError:
            return None

    @property
    def told(self) -> list[dict[str, Any]]:
        """The events that it told so far; a line that is none fails the test."""
        whole, _, _ = self.log.read_text().rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    @property
    def workers(self) -> list[psutil.Process]:
        """The processes that score, where several do."""
        children = psutil.Process(self.process.pid).children()
        return [one for one in children if "multiprocessing.spawn" in " ".join(_command(one))]

    def wait_until_ready(self) -> int:
        """Wait until version 1 answers, and return the port."""
        self.wait_for(1)
        port = self.client.base_url.port
        assert port
        return port

    def wait_for(self, version: int, seconds: float = PATIENCE_SECONDS) -> float:
        """Wait until a version answers, and return how long that took."""
        began = time.monotonic()
        while (took := time.monotonic() - began) < seconds:
            if self.version == version:
                return took
            time.sleep(0.05)
        pytest.fail(f"version {version} does not answer after {seconds:g} seconds")


@contextmanager
def service(home: Path, module: str = "serving", **settings: object) -> Iterator[Running]:
    """Start ``python -m serving`` with a home where scoring runs, and end it as a person does."""
    url = str(settings.get("database", f"sqlite:///{home / 'decisions.db'}"))
    with closing(open_store(url)) as database:
        opened(database)
    with process(home, module, **settings) as running:
        yield running


@contextmanager
def process(home: Path, module: str = "serving", **settings: object) -> Iterator[Running]:
    """Start a module that serves, whatever is there, and end it as a person does."""
    port = free_port("127.0.0.1", 0)
    told = _texts({"home": home, "api_port": port} | settings)
    log = home / f"stderr-{port}.jsonl"
    with log.open("wb") as stderr:
        started = subprocess.Popen(
            [sys.executable, "-m", module], env=os.environ | told, stderr=stderr
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            yield Running(started, client, log)
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(PATIENCE_SECONDS)
        # For who reads why a test failed.
        with log.open() as lines:
            shutil.copyfileobj(lines, sys.stderr)


def command(home: Path, *arguments: str, **settings: object) -> str:
    """Run ``risk-platform`` in a process of its own, and return what it says."""
    calling = "from risk_platform.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", calling, *arguments],
        env=os.environ | _texts({"home": home} | settings),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def _texts(settings: Mapping[str, object]) -> dict[str, str]:
    return {f"RISK_{name.upper()}": str(value) for name, value in settings.items()}
