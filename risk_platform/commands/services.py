"""Services: what runs side by side, and where each of them listens.

The scoring service alone may be reached from other machines: it asks for keys. Dagster, MLflow and
the control tower ask nobody who he is, so they listen on loopback, whatever the settings say.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from risk_platform.commands.home import PROJECT
from risk_platform.settings import LOOPBACK, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One process that is kept running.

    Parameters
    ----------
    name
        What its lines of output are marked with.
    command
        Program and arguments.
    host, port
        Where it listens; port 0 where it does not.
    setting
        The environment variable that changes the port.
    health
        Path that answers 200 once it works.
    environment
        What it needs beside our own environment.
    """

    name: str
    command: Sequence[str]
    host: str = LOOPBACK
    port: int = 0
    setting: str = ""
    health: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


def services(settings: Settings) -> tuple[Service, ...]:
    """Return what runs side by side; MLflow not where its store is elsewhere."""
    daemon = Service(
        name="daemon", command=[_program("dagster-daemon"), "run", *_options(workspace=_WORKSPACE)]
    )
    api = Service(
        name="api",
        command=[sys.executable, "-m", "serving"],
        host=settings.host,
        port=settings.api_port,
        setting="RISK_API_PORT",
        health="/health/live",
    )
    viewer = [_viewer(settings)] if settings.dagster_viewer_port else []
    mlflow = [] if settings.mlflow_uri else [_mlflow(settings)]
    tower = [_tower(settings)] if settings.tower_port else []
    return (_dagster(settings), *viewer, daemon, *mlflow, api, *tower)


_WORKSPACE = str(PROJECT / "workspace.yaml")


def _dagster(settings: Settings) -> Service:
    """Return the pages on which runs are launched."""
    return _pages("dagster", settings.dagster_port, "RISK_DAGSTER_PORT")


def _viewer(settings: Settings) -> Service:
    """Return the same pages without a button that does anything: these may be shown to others."""
    return _pages("viewer", settings.dagster_viewer_port, "RISK_DAGSTER_VIEWER_PORT", "--read-only")


def _pages(name: str, port: int, setting: str, *flags: str) -> Service:
    options = _options(workspace=_WORKSPACE, host=LOOPBACK, port=port)
    return Service(
        name=name,
        command=[_program("dagster-webserver"), *flags, *options],
        port=port,
        setting=setting,
        health="/server_info",
    )


def _mlflow(settings: Settings) -> Service:
    port = settings.mlflow_port
    options = _options(
        host=LOOPBACK,
        port=port,
        # A page in a browser of this machine could otherwise come by a name of its own that leads
        # to loopback (DNS rebinding). MLflow's default lets in all private addresses too.
        allowed_hosts=f"{LOOPBACK}:{port},localhost:{port}",
        workers=1,
        backend_store_uri=settings.tracking_uri,
        default_artifact_root=(settings.root / "mlflow").as_uri(),
    )
    return Service(
        name="mlflow",
        command=[_program("mlflow"), "server", *options],
        port=port,
        setting="RISK_MLFLOW_PORT",
        health="/health",
        # Its job runner is for hosted judges of prompts, and takes seven processes.
        environment={"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
    )


def _tower(settings: Settings) -> Service:
    """Return the pages for those who run credit risk."""
    return Service(
        name="tower",
        command=[sys.executable, "-m", "serving.control_tower"],
        port=settings.tower_port,
        setting="RISK_TOWER_PORT",
        health="/_stcore/health",
    )


def _options(**values: object) -> list[str]:
    pairs = [(f"--{name.replace('_', '-')}", str(value)) for name, value in values.items()]
    return [word for pair in pairs for word in pair]


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))
