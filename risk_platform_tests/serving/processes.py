"""Services that run in processes of their own, and what they say of themselves."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from risk_platform.commands.ports import free_port
from risk_platform.handover.gate import Gate
from risk_platform.handover.store import open_store

# Of starting, on a machine that does other work as well.
PATIENCE_SECONDS = 90.0


@dataclass(frozen=True)
class Running:
    """A service that runs."""

    process: subprocess.Popen[bytes]
    client: httpx.Client

    @property
    def version(self) -> int | None:
        """The version that answers; ``None`` where none does, or nothing answers yet."""
        try:
            return self.client.get("/health/ready").json().get("model_version")
        except httpx.TransportError:
            return None

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
    port = free_port("127.0.0.1", 0)
    told = _texts({"home": home, "api_port": port} | settings)
    with closing(open_store(told.get("RISK_DATABASE", f"sqlite:///{home / 'decisions.db'}"))) as on:
        Gate(on).open_first("Ada")
    process = subprocess.Popen([sys.executable, "-m", module], env=os.environ | told)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            yield Running(process, client)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def _texts(settings: Mapping[str, object]) -> dict[str, str]:
    return {f"RISK_{name.upper()}": str(value) for name, value in settings.items()}
