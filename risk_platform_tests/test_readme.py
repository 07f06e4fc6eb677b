"""The commands of README.md, run as a newcomer runs them, one after the other."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from risk_platform.commands.ports import free_port
from risk_platform.settings import Settings
from risk_platform_tests.waiting import wait_for

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
FENCED = re.findall(r"^```(\w*)\n(.+?)^```$", README, re.MULTILINE | re.DOTALL)
BLOCKS = [block for language, block in FENCED if not language]
COMMANDS = [line for block in BLOCKS for line in block.replace("\\\n", " ").splitlines() if line]
(SCORING,) = re.findall(r"`(risk-platform score [^`]+)`", README)
HOST, LOANS = "127.0.0.1", 8_000
# What answers where, by the settings of the ports that the page names.
ADDRESSES = {
    "API": "/health/live",
    "MLFLOW": "/health",
    "DAGSTER": "/server_info",
    "DAGSTER_VIEWER": "/server_info",
    "TOWER": "/_stcore/health",
    "EXPORTER": "/metrics",
}
Environment = Mapping[str, str]


def test_these_are_the_commands() -> None:
    """Each is run below; whoever adds one adds a test of it."""
    assert [command.partition("'")[0].split() for command in COMMANDS] == [
        ["make", "demo"],
        ["make", "up"],
        ["curl", "-s", "localhost:8000/predict", "-H"],
        ["make", "demo", "RISK_SOURCE="],
    ]


def test_the_addresses_are_those_of_the_settings() -> None:
    """A port that the page names is the one where it is, unless it is set otherwise."""
    named = {int(port) for port in re.findall(r"http://localhost:(\d+)", README)}
    settings = Settings()
    ports = {getattr(settings, f"{name.lower()}_port") for name in ADDRESSES}
    assert named <= ports <= {*named, settings.dagster_viewer_port}


def run(command: str, environment: Environment, folder: Path = ROOT) -> str:
    """Run a command in a shell, and return what it says; fail where it does."""
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout[-4_000:]}{done.stderr[-4_000:]}"
    return done.stdout


def newcomer(home: Path) -> dict[str, str]:
    """Return the environment of a newcomer, with ports that are free and fewer loans.

    Where make would first set up the environment, tests are skipped: they change none.
    """
    if "pip" in run("make --dry-run setup", os.environ).replace("bin/pip)", ""):
        pytest.skip("the environment is not what requirements.lock says: run make setup")
    ports = {f"RISK_{name}_PORT": str(free_port(HOST, 0)) for name in ADDRESSES}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    settings = {"RISK_HOME": str(home), "RISK_LOANS": str(LOANS), "RISK_TUNING_TRIALS": "0"}
    return {**os.environ, **ports, **settings, "PATH": path, "COLUMNS": "200"}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return the environment of a newcomer, once the first command has been run."""
    told = newcomer(tmp_path_factory.mktemp("newcomer") / "home")
    said = run(COMMANDS[0], told)
    assert "Three applications, scored by the API" in said
    assert "make up" in said
    return told


@pytest.fixture(scope="module")
def up(environment: Environment) -> Iterator[Environment]:
    """Return the same, while the second command keeps everything running, until Ctrl-C."""
    process = subprocess.Popen(
        COMMANDS[1].split(),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for name, health in ADDRESSES.items():
            wait_for(f"http://{HOST}:{environment[f'RISK_{name}_PORT']}{health}")
        yield environment
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(90)


@pytest.mark.slow
def test_the_application_of_the_page_is_scored(up: Environment) -> None:
    """With all that the page says of the answer; and decided again, to the bit."""
    there = f"{HOST}:{up['RISK_API_PORT']}"
    wait_for(f"http://{there}/health/ready")
    answer: dict[str, Any] = json.loads(run(COMMANDS[2].replace("localhost:8000", there), up))
    assert {"pd", "points", "verdict", "reasons", "segment", "model_version"} <= answer.keys()
    assert {reason["text"] for reason in answer["reasons"]} != set()
    replay = httpx.get(f"http://{there}/decisions/{answer['decision_id']}/replay", timeout=30)
    assert replay.json()["is_same"]


@pytest.mark.slow
def test_commands_are_at_hand_as_the_page_says(environment: Environment) -> None:
    """Those that begin with ``risk-platform`` lie where make put them."""
    (activating,) = re.findall(r"`(\. \.venv/bin/activate)`", README)
    plain = {**environment, "PATH": os.defpath}
    assert "doctor" in run(f"{activating} && risk-platform --help", plain)


@pytest.mark.slow
def test_the_doctor_finds_a_platform_that_runs_well(up: Environment) -> None:
    """Ports are taken by what listens there, and nothing is amiss."""
    said = run("make doctor", up)
    assert "scoring runs" in said
    assert "amiss" not in said


@pytest.mark.slow
def test_files_of_ones_own_are_scored_and_made_into_a_platform(
    environment: Environment, tmp_path: Path
) -> None:
    """By the champion of the demo; and by another run of it, in a home of its own."""
    made = tmp_path / "files"
    run(f"risk-platform generate --loans {LOANS} --out {made}", environment)
    (loans,) = made.glob("*.csv")
    (made / "loans.csv.gz").write_bytes(gzip.compress(loans.read_bytes()))
    loans.unlink()
    run(SCORING, environment, tmp_path)
    summary = json.loads((tmp_path / "scores" / "summary.json").read_text())
    assert summary["scored"] == LOANS
    told = newcomer(tmp_path / "home")
    said = run(COMMANDS[3].replace("path/to", str(made)), told)
    assert "files/*.csv.gz" in said.replace("\n", "")
    assert "Three applications, scored by the API" in said
