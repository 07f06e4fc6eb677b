"""Up: Dagster, MLflow and the scoring API side by side, until Ctrl-C."""

import os
import shlex
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import httpx
from honcho.manager import SIGNALS, Manager
from honcho.printer import Message, Printer
from rich.console import Console
from rich.table import Table
from tenacity import retry, retry_if_not_result, stop_after_delay, wait_fixed

from risk_platform.commands.home import PROJECT, alone_in, open_instance
from risk_platform.commands.ports import is_free
from risk_platform.errors.running import PortTakenError
from risk_platform.handover.models.registry import Registry
from risk_platform.orchestration.processes import live_runs
from risk_platform.settings import Settings

_STOPPED_ON_REQUEST = {signal["rc"] for signal in SIGNALS.values()}
_ANSWER_SECONDS, _POLL_SECONDS = 180, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One process that is kept running.

    Parameters
    ----------
    name
        What its lines of output are marked with.
    command
        Program and arguments.
    port
        Where it listens; 0 where it does not.
    setting
        The environment variable that changes the port.
    health
        Path that answers 200 once it works.
    environment
        What it needs beside our own environment.
    """

    name: str
    command: Sequence[str]
    port: int = 0
    setting: str = ""
    health: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


def services(settings: Settings) -> tuple[Service, ...]:
    """Return what runs side by side; MLflow not where its store is elsewhere."""
    host, workspace = settings.host, str(PROJECT / "workspace.yaml")
    dagster = Service(
        name="dagster",
        command=[
            _program("dagster-webserver"),
            *_options(workspace=workspace, host=host, port=settings.dagster_port),
        ],
        port=settings.dagster_port,
        setting="RISK_DAGSTER_PORT",
        health="/server_info",
    )
    daemon = Service(
        name="daemon",
        command=[_program("dagster-daemon"), "run", *_options(workspace=workspace)],
    )
    api = Service(
        name="api",
        command=[sys.executable, "-m", "serving"],
        port=settings.api_port,
        setting="RISK_API_PORT",
        health="/health/live",
    )
    here = [] if settings.mlflow_uri else [_mlflow(settings)]
    return (dagster, daemon, *here, api)


def run(settings: Settings, console: Console) -> int:
    """Run the services until one ends or a person stops them; return the exit code.

    Raises
    ------
    PortTakenError
        Another program listens where a service should; nothing was started.
    BusyHomeError
        The services of this home are running already.
    """
    running = services(settings)
    for service in running:
        if service.port and not is_free(settings.host, service.port):
            raise PortTakenError(settings.host, service.port, service.setting)
    with open_instance(settings) as instance:
        live_runs(instance)
    if not settings.mlflow_uri:
        _prepare_registry(settings)
    manager = Manager(_Announcer(sys.stdout, settings.host, running, console))
    for service in running:
        environment = os.environ | {"RISK_HOME": str(settings.root)} | dict(service.environment)
        manager.add_process(service.name, shlex.join(service.command), env=environment)
    with alone_in(settings.root, "up"):
        manager.loop()
    code = int(manager.returncode or 0)
    return 0 if code in _STOPPED_ON_REQUEST else code or 1


def _prepare_registry(settings: Settings) -> None:
    """Make the store's tables before two of the services would, at the same time."""
    Registry.of(settings).prepare()


def _mlflow(settings: Settings) -> Service:
    options = _options(
        host=settings.host,
        port=settings.mlflow_port,
        workers=1,
        backend_store_uri=settings.tracking_uri,
        default_artifact_root=(settings.root / "mlflow").as_uri(),
    )
    return Service(
        name="mlflow",
        command=[_program("mlflow"), "server", *options],
        port=settings.mlflow_port,
        setting="RISK_MLFLOW_PORT",
        health="/health",
        # Its job runner is for hosted judges of prompts, and takes seven processes.
        environment={"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
    )


def _options(**values: object) -> list[str]:
    pairs = [(f"--{name.replace('_', '-')}", str(value)) for name, value in values.items()]
    return [word for pair in pairs for word in pair]


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


class _Announcer(Printer):
    """Print the services' lines, and where they answer as soon as all of them do."""

    def __init__(
        self, output: TextIO, host: str, running: Sequence[Service], console: Console
    ) -> None:
        super().__init__(output)
        self._watch = threading.Thread(target=_announce, args=(host, running, console), daemon=True)

    def write(self, message: Message) -> None:
        """Print a line. The first one shows that all processes were forked: threads may start."""
        if not self._watch.ident:
            self._watch.start()
        # Whoever no longer reads the lines has not asked the services to stop.
        with suppress(BrokenPipeError):
            super().write(message)


def _announce(host: str, running: Sequence[Service], console: Console) -> None:
    table = Table(title="Running until Ctrl-C", title_justify="left")
    table.add_column("service")
    table.add_column("address")
    for service in running:
        if service.port:
            address = f"http://{host}:{service.port}"
            table.add_row(service.name, address if _answers(address + service.health) else "-")
    console.print(table)


@retry(
    stop=stop_after_delay(_ANSWER_SECONDS),
    wait=wait_fixed(_POLL_SECONDS),
    retry=retry_if_not_result(bool),
    retry_error_callback=lambda _: False,
)
def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=_POLL_SECONDS, trust_env=False).is_success
    except httpx.TransportError:
        return False
