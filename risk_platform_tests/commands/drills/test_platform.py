"""All drills, from end to end: against all that ``risk-platform up`` keeps running."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from risk_platform.commands.ports import free_port
from risk_platform.evaluation.drills import Drill, Verdict
from risk_platform.simulation.results import newest_results
from risk_platform.simulation.scenarios import LEAGUE
from risk_platform_tests.commands.test_commands import PROGRAM
from risk_platform_tests.waiting import wait_for

HOST, LOANS = "127.0.0.1", 20_000
REFUSED = ("unit-error", "months-reworded")
PREVENTED = ("repeated-requests", "poisoned-model")
# A clock of a process can be moved on Linux with libfaketime, and counts on PostgreSQL.
SKIPPED = ("clock-ahead", "clock-behind")
EXPECTED = (
    dict.fromkeys(LEAGUE, Verdict.DETECTED)
    | dict.fromkeys(REFUSED, Verdict.REFUSED)
    | dict.fromkeys(PREVENTED, Verdict.PREVENTED)
    | dict.fromkeys(SKIPPED, Verdict.SKIPPED)
    | {"control": Verdict.QUIET}
)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return the environment of a platform that was made by the demo."""
    names = ("API", "DAGSTER", "MLFLOW", "TOWER")
    ports = {f"RISK_{name}_PORT": str(free_port(HOST, 0)) for name in names}
    settings = {
        "RISK_HOME": str(tmp_path_factory.mktemp("home")),
        "RISK_LOANS": str(LOANS),
        "RISK_TUNING_TRIALS": "0",
        "RISK_DAGSTER_VIEWER_PORT": "0",
        "RISK_EXPORTER_PORT": "0",
        "RISK_RESUME": "single",
        "RISK_DRILLS": "true",
        # Shorter than usual, as a daemon that stands still is waited for.
        "RISK_LEASE_SECONDS": "240",
        "RISK_DRIFT_INTERVAL": "10",
    }
    environment = {**os.environ, **ports, **settings}
    subprocess.run([PROGRAM, "demo"], env=environment, check=True)
    return {**environment, "RISK_AUTH": "keys"}


@pytest.fixture(scope="module")
def up(environment: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """Return the environment of a platform that runs."""
    process = subprocess.Popen([PROGRAM, "up"], env=environment, stdout=subprocess.DEVNULL)
    try:
        for name, health in {"API": "/health/live", "DAGSTER": "/server_info"}.items():
            wait_for(f"http://{HOST}:{environment[f'RISK_{name}_PORT']}{health}")
        yield environment
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


@pytest.mark.slow
def test_a_platform_is_put_through_all_of_the_league(up: Mapping[str, str], tmp_path: Path) -> None:
    """Each black swan is refused, prevented or stopped; ordinary applications never are.

    What it took to find each, and what leaked until then, is shown by ``pytest -rP``.
    """
    out = tmp_path / "drills.json"
    done = subprocess.run(
        [PROGRAM, "simulate", "--all", "--out", str(out)],
        env={**up, "COLUMNS": "160"},
        capture_output=True,
        text=True,
        check=False,
    )
    sys.stdout.write(done.stdout)
    found = {one.scenario: one for one in newest_results(tmp_path, LEAGUE)}
    assert {name: one.verdict for name, one in found.items()} == EXPECTED, done.stderr
    assert done.returncode == 0
    assert {name: one.observed.failures for name, one in found.items() if is_lossy(one)} == {}
    stop = found["rogue-client"].observed.stop
    assert stop is not None
    assert stop.of_key
    assert found["poisoned-model"].seconds is not None, "the courier brought no whole model"


def is_lossy(drill: Drill) -> bool:
    """Tell whether more than one ordinary application in a hundred failed."""
    return 100 * drill.observed.ordinary.failed > drill.observed.ordinary.sent
