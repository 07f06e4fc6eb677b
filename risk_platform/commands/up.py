"""Up: Dagster, MLflow, the scoring API and the control tower side by side, until Ctrl-C."""

import os
import shlex
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

import httpx
from honcho.manager import SIGNALS, Manager
from honcho.printer import Message, Printer
from rich.console import Console
from rich.table import Table
from tenacity import retry, retry_if_not_result, stop_after_delay, wait_fixed

from risk_platform.commands.gate import warn_if_stopped
from risk_platform.commands.home import alone_in, open_instance
from risk_platform.commands.left_behind import end_left_behind, mark
from risk_platform.commands.opening import opened
from risk_platform.commands.services import Service, obstacle, services
from risk_platform.commands.store import store_of
from risk_platform.errors.handover import HandoverError
from risk_platform.errors.models import NoChampionError, RegistryError
from risk_platform.errors.running import PortTakenError
from risk_platform.handover.gate import Gate
from risk_platform.handover.models.registry import Registry
from risk_platform.orchestration.processes import live_runs
from risk_platform.settings import Settings

_STOPPED_ON_REQUEST = {signal["rc"] for signal in SIGNALS.values()}
_ANSWER_SECONDS, _POLL_SECONDS = 180, 1.0
_NO_CHAMPION = "There is no champion yet: `make demo` makes one, beside this in another shell too."
_STARTED = "started by hand; nobody looked for drift while nothing was running, nor was any decided"


def run(settings: Settings, console: Console) -> int:
    """Run the services until one ends or a person stops them; return the exit code.

    Raises
    ------
    PortTakenError
        A service cannot listen where it should; nothing was started.
    BusyHomeError
        The services of this home are running already.
    """
    running = services(settings)
    if many := end_left_behind(settings.root):
        console.print(f"ended {many} processes that an `up` which was killed had left behind")
    with alone_in(settings.root, "up"):
        _demand_ports(running)
        with open_instance(settings) as instance:
            live_runs(instance)
        if not settings.mlflow_uri:
            _prepare_registry(settings)
        if _open_gate(settings):
            warn_if_stopped(settings, console)
        else:
            console.print(_NO_CHAMPION)
        return _keep(running, settings, console)


def _demand_ports(running: Sequence[Service]) -> None:
    """Refuse to start some services of which others could not listen."""
    for service in running:
        if why := obstacle(service, running):
            raise PortTakenError(service.host, service.port, service.setting, why)


def _keep(running: Sequence[Service], settings: Settings, console: Console) -> int:
    """Run them until one ends, or a person stops them; return the exit code."""
    manager = Manager(_Announcer(sys.stdout, running, console))
    ours = os.environ | {"RISK_HOME": str(settings.root)} | dict(mark(settings.root))
    for service in running:
        environment = ours | dict(service.environment)
        manager.add_process(service.name, shlex.join(service.command), env=environment)
    manager.loop()
    code = int(manager.returncode or 0)
    return 0 if code in _STOPPED_ON_REQUEST else code or 1


def _open_gate(settings: Settings) -> bool:
    """Let scoring begin with the first champion, and again after a lease that ended meanwhile.

    A database that does not answer keeps nobody from starting the rest. Returns whether there is
    anything that could score.
    """
    with suppress(HandoverError, RegistryError), store_of(settings) as database:
        try:
            Registry.of(settings).version_of()
        except NoChampionError:
            return False
        opened(database, Gate.of(settings, database), settings.proposer, _STARTED)
    return True


def _prepare_registry(settings: Settings) -> None:
    """Make the store's tables before two of the services would, at the same time."""
    Registry.of(settings).prepare()


class _Announcer(Printer):
    """Print the services' lines, and where they answer as soon as all of them do."""

    def __init__(self, output: TextIO, running: Sequence[Service], console: Console) -> None:
        super().__init__(output)
        self._watch = threading.Thread(target=_announce, args=(running, console), daemon=True)

    def write(self, message: Message) -> None:
        """Print a line. The first one shows that all processes were forked: threads may start."""
        if not self._watch.ident:
            self._watch.start()
        # Whoever no longer reads the lines has not asked the services to stop.
        with suppress(BrokenPipeError):
            super().write(message)


def _announce(running: Sequence[Service], console: Console) -> None:
    table = Table(title="Running until Ctrl-C", title_justify="left")
    table.add_column("service")
    table.add_column("address")
    for service in running:
        if service.port:
            address = f"http://{service.host}:{service.port}"
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
