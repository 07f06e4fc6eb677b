"""Up: everything runs side by side, and ends together."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from risk_platform.commands.ports import free_port
from risk_platform.commands.up import services
from risk_platform.settings import Settings
from risk_platform_tests.waiting import wait_for

PROGRAM = Path(sys.executable).with_name("risk-platform")
HOST = "127.0.0.1"


def test_all_services_listen_on_loopback() -> None:
    """Nothing is open to the network unless a setting says so."""
    for service in services(Settings()):
        words = list(service.command)
        assert "--host" not in words or words[words.index("--host") + 1] == HOST


def test_mlflow_is_left_out_where_its_store_is_elsewhere() -> None:
    """A bank's own tracking server is not doubled."""
    names = [service.name for service in services(Settings(mlflow_uri="http://127.0.0.1:1"))]
    assert names == ["dagster", "daemon", "api"]


def test_a_taken_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    """One sentence names the port and the setting."""
    with socket.create_server((HOST, 0)) as other:
        port = str(other.getsockname()[1])
        environment = os.environ | {"RISK_HOME": str(tmp_path), "RISK_MLFLOW_PORT": port}
        environment |= {"RISK_DAGSTER_PORT": "0", "RISK_API_PORT": "0", "COLUMNS": "200"}
        done = subprocess.run(
            [PROGRAM, "up"], env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert f"port {port} of {HOST} is taken" in done.stdout
    assert "RISK_MLFLOW_PORT" in done.stdout


@pytest.mark.slow
def test_services_answer_until_interrupted(tmp_path: Path) -> None:
    """Dagster, MLflow and the API answer, and Ctrl-C leaves no process behind."""
    ports = {name: free_port(HOST, 0) for name in ("DAGSTER", "MLFLOW", "API")}
    environment = os.environ | {"RISK_HOME": str(tmp_path)}
    environment |= {f"RISK_{name}_PORT": str(port) for name, port in ports.items()}
    process = subprocess.Popen([PROGRAM, "up"], env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://{HOST}:{ports['API']}/health/live")
        wait_for(f"http://{HOST}:{ports['MLFLOW']}/health")
        wait_for(f"http://{HOST}:{ports['DAGSTER']}/server_info")
        children = psutil.Process(process.pid).children(recursive=True)
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(60)
    assert code == 0
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []
