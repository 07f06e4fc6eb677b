"""Up: everything runs side by side, shut to other machines but for the API, and ends together."""

import ipaddress
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from risk_platform.commands.ports import free_port
from risk_platform.commands.services import obstacle, services
from risk_platform.settings import Settings
from risk_platform_tests.waiting import until, wait_for

PROGRAM = Path(sys.executable).with_name("risk-platform")
HOST = "127.0.0.1"
HEALTH = {
    "API": "/health/live",
    "MLFLOW": "/health",
    "DAGSTER": "/server_info",
    "DAGSTER_VIEWER": "/server_info",
    "TOWER": "/_stcore/health",
    "EXPORTER": "/metrics",
}


def test_mlflow_is_left_out_where_its_store_is_elsewhere() -> None:
    """A bank's own tracking server is not doubled."""
    names = [service.name for service in services(Settings(mlflow_uri="http://127.0.0.1:1"))]
    assert names == ["dagster", "viewer", "daemon", "exporter", "api", "tower"]


def test_the_pages_for_viewers_can_be_left_out() -> None:
    """They take memory, which whoever works alone has a better use for."""
    names = [service.name for service in services(Settings(dagster_viewer_port=0))]
    assert names == ["dagster", "daemon", "mlflow", "exporter", "api", "tower"]


def test_the_control_tower_can_be_left_out() -> None:
    """Who watches by other means need not keep its pages running."""
    names = [service.name for service in services(Settings(tower_port=0))]
    assert "tower" not in names


def test_the_exporter_can_be_left_out() -> None:
    """Where no Prometheus asks."""
    assert "exporter" not in [service.name for service in services(Settings(exporter_port=0))]


def test_a_taken_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    """One sentence names the port and the setting."""
    with socket.create_server((HOST, 0)) as other:
        port = str(other.getsockname()[1])
        environment = os.environ | {"RISK_HOME": str(tmp_path), "RISK_MLFLOW_PORT": port}
        others = HEALTH.keys() - {"MLFLOW"}
        environment |= {f"RISK_{name}_PORT": "0" for name in others}
        environment |= {"COLUMNS": "200"}
        done = subprocess.run(
            [PROGRAM, "up"], env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert f"port {port} of {HOST} is taken by python" in done.stdout
    assert "RISK_MLFLOW_PORT" in done.stdout


def test_a_port_that_two_services_want_is_refused(tmp_path: Path) -> None:
    """Else one of them would end all others a minute later."""
    settings = Settings(home=tmp_path, api_port=7_000, tower_port=7_000, mlflow_port=0)
    running = services(settings)
    said = {one.name: obstacle(one, running) for one in running if one.port == 7_000}
    assert said == {"api": "wanted by tower too", "tower": "wanted by api too"}


@dataclass(frozen=True)
class Up:
    """All that ``risk-platform up`` keeps running, by the names of services.

    Attributes
    ----------
    process
        Of the command.
    ports
        Where they listen.
    """

    process: psutil.Process
    ports: Mapping[str, int]

    def url(self, name: str) -> str:
        """Return a service's address."""
        return f"http://{HOST}:{self.ports[name]}"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Return services that run, the API for all machines; Ctrl-C leaves none of them behind."""
    ports = {name: free_port(HOST, 0) for name in HEALTH}
    environment = os.environ | {f"RISK_{name}_PORT": str(port) for name, port in ports.items()}
    environment |= {"RISK_HOME": str(tmp_path_factory.mktemp("home"))}
    environment |= {"RISK_HOST": "0.0.0.0", "RISK_AUTH": "keys"}  # noqa: S104 - it is the point
    process = subprocess.Popen([PROGRAM, "up"], env=environment, stdout=subprocess.DEVNULL)
    running, children = Up(psutil.Process(process.pid), ports), list[psutil.Process]()
    try:
        for name, health in HEALTH.items():
            wait_for(running.url(name) + health)
        children += running.process.children(recursive=True)
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(60)
    assert code == 0
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []


@pytest.mark.slow
def test_the_api_alone_can_be_reached_from_other_machines(up: Up) -> None:
    """Whatever RISK_HOST says: Dagster and MLflow, and what they start, ask for no password."""
    listening = {
        (place.laddr.port, place.laddr.ip)
        for process in (up.process, *up.process.children(recursive=True))
        for place in process.net_connections("inet")
        if place.status == psutil.CONN_LISTEN
    }
    assert {*up.ports.values()} <= {port for port, _ in listening}
    beyond = {place for place in listening if not ipaddress.ip_address(place[1]).is_loopback}
    assert beyond == {(up.ports["API"], "0.0.0.0")}  # noqa: S104


@pytest.mark.slow
def test_mlflow_knows_its_own_name_only(up: Up) -> None:
    """A page that came by a name which leads to loopback reads nothing, and writes nothing."""
    experiments = f"{up.url('MLFLOW')}/api/2.0/mlflow/experiments"
    sought = {"experiment_id": "0"}
    assert httpx.get(f"{experiments}/get", params=sought).is_success
    for host in (f"evil.example:{up.ports['MLFLOW']}", "evil.example", "10.0.0.1"):
        refused = httpx.get(f"{experiments}/get", params=sought, headers={"Host": host})
        assert refused.status_code == httpx.codes.FORBIDDEN
    elsewhere = {"Origin": "http://evil.example"}
    refused = httpx.post(f"{experiments}/create", json={"name": "x"}, headers=elsewhere)
    assert refused.status_code == httpx.codes.FORBIDDEN


LAUNCH = """
mutation {
  launchRun(executionParams: {mode: "default", selector: {
    repositoryLocationName: "risk_platform", repositoryName: "__repository__", jobName: "none"
  }}) { __typename }
}
"""


@pytest.mark.slow
def test_viewers_look_and_launch_nothing(up: Up) -> None:
    """The same launch is refused there for want of a right, and by the other pages is not."""

    def asked(name: str, query: str) -> Mapping[str, Any]:
        answer = httpx.post(f"{up.url(name)}/graphql", json={"query": query}, timeout=60)
        return answer.json()["data"]

    assert asked("DAGSTER_VIEWER", "{ version }") == asked("DAGSTER", "{ version }")
    assert asked("DAGSTER_VIEWER", LAUNCH)["launchRun"]["__typename"] == "UnauthorizedError"
    assert asked("DAGSTER", LAUNCH)["launchRun"]["__typename"] == "PipelineNotFoundError"


@pytest.mark.slow
def test_the_next_one_ends_what_a_killed_one_left_behind(tmp_path: Path) -> None:
    """Else its ports, and its home, would be taken by services that nobody looks after."""
    ports = {name: free_port(HOST, 0) for name in ("API", "DAGSTER", "MLFLOW")}
    environment = os.environ | {f"RISK_{name}_PORT": str(port) for name, port in ports.items()}
    left_out = ("DAGSTER_VIEWER", "TOWER", "EXPORTER")
    environment |= {f"RISK_{name}_PORT": "0" for name in left_out}
    environment |= {"RISK_HOME": str(tmp_path)}
    children = list[psutil.Process]()
    for how in (signal.SIGKILL, signal.SIGINT):
        told = tmp_path / f"{how.name}.log"
        with told.open("wb") as said:
            process = subprocess.Popen([PROGRAM, "up"], env=environment, stdout=said)
        until(lambda told=told: "Running until Ctrl-C" in told.read_text())
        children += psutil.Process(process.pid).children(recursive=True)
        process.send_signal(how)
        process.wait(60)
    assert "had left behind" in told.read_text()
    assert process.returncode == 0
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []
