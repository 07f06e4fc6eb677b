"""All drills, from end to end: against all that ``risk-platform up`` keeps running."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from risk_platform.commands.ports import free_port
from risk_platform.evaluation.drills import Drill, Verdict
from risk_platform.simulation.results import newest_results
from risk_platform.simulation.scenarios import LEAGUE
from risk_platform_tests.commands.test_commands import PROGRAM
from risk_platform_tests.waiting import wait_for

HOST, LOANS = "127.0.0.1", 8_000
# What needs no more than the contract, idempotency, bundles that are checked, and seals.
HELD = {
    "control": Verdict.QUIET,
    "unit-error": Verdict.REFUSED,
    "months-reworded": Verdict.REFUSED,
    "repeated-requests": Verdict.PREVENTED,
    "poisoned-model": Verdict.PREVENTED,
    "tampered-log": Verdict.DETECTED,
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return the environment of a platform that was made by the demo."""
    ports = {f"RISK_{name}_PORT": str(free_port(HOST, 0)) for name in ("API", "DAGSTER", "MLFLOW")}
    settings = {
        "RISK_HOME": str(tmp_path_factory.mktemp("home")),
        "RISK_LOANS": str(LOANS),
        "RISK_TUNING_TRIALS": "0",
        "RISK_DAGSTER_VIEWER_PORT": "0",
        "RISK_RESUME": "single",
        "RISK_DRILLS": "true",
        # Longer than these tests take: what renews it is tested where it is at home.
        "RISK_LEASE_SECONDS": "7200",
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
    """Each scenario is done, or says why not; ordinary applications are decided throughout."""
    out = tmp_path / "drills.json"
    arguments = ["simulate", "--all", "--most", "300", "--patience", "2", "--out", str(out)]
    done = subprocess.run(
        [PROGRAM, *arguments], env=up, capture_output=True, text=True, check=False
    )
    found = {one.scenario: one for one in newest_results(tmp_path, LEAGUE)}
    assert [*found] == [*LEAGUE], done.stdout + done.stderr
    assert {name: found[name].verdict for name in HELD} == HELD
    assert {name: one.observed.failures for name, one in found.items() if is_lossy(one)} == {}
    assert found["poisoned-model"].seconds is not None, "the courier brought no whole model"


def is_lossy(drill: Drill) -> bool:
    """Tell whether more than one ordinary application in a hundred failed."""
    return 100 * drill.observed.ordinary.failed > drill.observed.ordinary.sent
