"""The demo: everything once, from raw loans to three scored applications."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table
from tenacity import (
    RetryError,
    Retrying,
    retry_if_exception_type,
    stop_after_delay,
    wait_fixed,
)

from risk_platform.commands.home import open_instance
from risk_platform.commands.materialise import materialise
from risk_platform.commands.opening import opened
from risk_platform.commands.ports import free_port
from risk_platform.commands.store import store_of
from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.handover import ServingStoppedError
from risk_platform.errors.running import ServiceNotReadyError
from risk_platform.evaluation.metrics import Interval
from risk_platform.evaluation.report import ChampionReport
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.advice import advice
from risk_platform.scoring.examples import EXAMPLES
from risk_platform.settings import Settings
from risk_platform.store.documents import DocumentStore

LOOPBACK = "127.0.0.1"
SCORED = ("good", "middling", "bad")
START_SECONDS = 90
STOP_SECONDS = 15
_MADE_ANEW = "the demo made everything anew, and all of its checks have passed"


def run(settings: Settings, console: Console) -> int:
    """Run the demo and return the exit code."""
    console.print(f"Raw loans: {settings.source or f'{settings.loans:,} generated'}")
    try:
        with open_instance(settings) as instance:
            materialise(settings, instance, console)
        with running_service(settings) as client:
            console.print(_scores(client))
    except RiskPlatformError as error:
        console.print(f"[red]{error}[/red]")
        return 1
    console.print(_figures(read_report(settings)))
    console.print(
        "Next: `make up` keeps Dagster, MLflow, the API and the control tower running;"
        " docs/columns.md says what each column means; `make doctor` explains what is amiss."
    )
    return 0


@contextmanager
def running_service(settings: Settings) -> Iterator[httpx.Client]:
    """Start the scoring API in a process of its own, and stop it at the end of the block.

    Raises
    ------
    ServiceNotReadyError
        It does not become ready in time, or ends before.
    HandoverError
        Scoring is stopped, or the database of decisions does not answer.
    """
    open_gate(settings)
    port = free_port(LOOPBACK, settings.api_port)
    # For this command alone: whatever doors the platform's own service has.
    doors = {"RISK_HOST": LOOPBACK, "RISK_AUTH": "off", "RISK_PRODUCTION": "false"}
    home = {"RISK_HOME": str(settings.root), "RISK_API_PORT": str(port)}
    environment = os.environ | home | doors
    process = subprocess.Popen(
        [sys.executable, "-m", "serving"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://{LOOPBACK}:{port}"
        with httpx.Client(base_url=address, timeout=10, trust_env=False) as client:
            _wait_until_ready(client, process)
            yield client
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def open_gate(settings: Settings) -> None:
    """Let scoring begin; a stop stays a stop, but for one that came of itself."""
    with store_of(settings) as database:
        gate = Gate.of(settings, database)
        state = opened(database, gate, settings.proposer, _MADE_ANEW)
        if not state.is_running:
            to_do = advice(state, gate.rules, gate.resumes.open(), gate.resumes.evidence())
            raise ServingStoppedError(state.epoch, state.at_us, f"{state.reason}; {to_do}")


def read_report(settings: Settings) -> ChampionReport:
    """Read the champion's report that the last run published."""
    text = DocumentStore(settings.tables_root).read("champion_report")
    return TypeAdapter(ChampionReport).validate_json(text)


def _wait_until_ready(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    def ask() -> None:
        if process.poll() is not None:
            raise ServiceNotReadyError(f"it ended with code {process.returncode}")
        client.get("/health/ready").raise_for_status()

    patiently = Retrying(
        stop=stop_after_delay(START_SECONDS),
        wait=wait_fixed(0.5),
        retry=retry_if_exception_type(httpx.HTTPError),
    )
    try:
        patiently(ask)
    except RetryError as error:
        raise ServiceNotReadyError(f"it was not ready within {START_SECONDS} seconds") from error


def _scores(client: httpx.Client) -> Table:
    table = Table(title="Three applications, scored by the API", title_justify="left")
    for heading in (
        "application",
        "PD",
        "points",
        "verdict",
        "raised by",
        "segment",
    ):
        table.add_column(heading)
    for name in SCORED:
        answer = client.post("/predict", json=dict(EXAMPLES[name])).raise_for_status().json()
        table.add_row(
            name,
            f"{answer['pd']:.2%}",
            str(answer["points"]),
            answer["verdict"],
            "; ".join(reason["text"] for reason in answer["reasons"]) or "-",
            f"{answer['segment']} {answer['segment_name']}",
        )
    return table


def _figures(report: ChampionReport) -> Table:
    table = Table(
        title=f"{report.model} and the lender's sub-grade on the test split, {report.protocol}",
        title_justify="left",
    )
    for heading in ("", "AUC (95 %)", "KS (95 %)", "Brier", "ECE", "mean PD", "default rate"):
        table.add_column(heading)
    table.add_row(
        report.model,
        _interval(report.auc),
        _interval(report.ks),
        f"{report.test['brier']:.4f}",
        f"{report.test['ece']:.4f}",
        f"{report.test['mean_pd']:.2%}",
        f"{report.test['default_rate']:.2%}",
    )
    table.add_row("sub_grade", _interval(report.sub_grade_auc), _interval(report.sub_grade_ks))
    return table


def _interval(of: Interval) -> str:
    return f"{of.value:.3f} ({of.low:.3f} to {of.high:.3f})"
