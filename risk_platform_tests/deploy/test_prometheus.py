"""A real Prometheus asks a real service and a real exporter, as it is configured to."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
import pytest
import yaml

from deploy.grafana.boards import BOARDS
from risk_platform.commands.home import open_instance
from risk_platform.commands.ports import free_port
from risk_platform.handover.access.keys import Keys
from risk_platform.handover.access.roles import Role
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.scoring.examples import EXAMPLES
from risk_platform.settings import Settings
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.deploy.programs import PROMETHEUS, program, started
from risk_platform_tests.deploy.test_alerts import ALERTS
from risk_platform_tests.serving.processes import service
from risk_platform_tests.waiting import until, wait_for

HOST = "127.0.0.1"
# A histogram tells its parts.
PARTS = r"_(bucket|count|sum)$"


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A service and an exporter, and the Prometheus that watches them.

    Attributes
    ----------
    url
        Of Prometheus.
    database
        Of the service that it watches.
    told
        What service and exporter tell, as text.
    """

    url: str
    database: Database
    told: Callable[[], str]

    def get(self, path: str, **params: str) -> Any:
        """Ask Prometheus' API."""
        answer = httpx.get(f"{self.url}/api/v1/{path}", params=params, timeout=10).json()
        assert answer["status"] == "success", answer
        return answer["data"]

    def value(self, expr: str) -> float | None:
        """Return what an expression is now; ``None``: nothing, or more than one thing."""
        found = self.get("query", query=expr)["result"]
        return float(found[0]["value"][1]) if len(found) == 1 else None

    @property
    def firing(self) -> set[str]:
        """The alerts at work."""
        alerts = self.get("alerts")["alerts"]
        return {one["labels"]["alertname"] for one in alerts if one["state"] == "firing"}


def configured(folder: Path, targets: dict[str, str], key: str) -> Path:
    """Write the configuration as it is committed, with other addresses, and shorter waits."""
    (folder / "key").write_text(key)
    asked = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    asked["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    jobs = [job for job in asked["scrape_configs"] if job["job_name"] in targets]
    for job in jobs:
        job["scrape_interval"] = "1s"
        job["static_configs"] = [{"targets": [targets[job["job_name"]]]}]
        if "authorization" in job:
            job["authorization"]["credentials_file"] = str(folder / "key")
    (folder / "prometheus.yml").write_text(yaml.safe_dump(asked | {"scrape_configs": jobs}))
    (folder / "alerts.yml").write_text((PROMETHEUS / "alerts.yml").read_text())
    return folder / "prometheus.yml"


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Return a service that scores, an exporter, and Prometheus."""
    home = tmp_path_factory.mktemp("home")
    bring(ModelCache(Settings(home=home).models_folder), small_bundle(), 1)
    with open_instance(Settings(home=home)) as instance:
        instance.add_run(dg.DagsterRun(job_name="refresh", status=dg.DagsterRunStatus.FAILURE))
    ports = {name: free_port(HOST, 0) for name in ("exporter", "prometheus")}
    with closing(open_store(f"sqlite:///{home / 'decisions.db'}")) as database:
        key = Keys(database).create("prometheus", [Role.OPERATE])
        scoring = Keys(database).create("branch", [Role.SCORE])
        with service(home, auth="keys") as running, exporting(home, ports["exporter"]):
            running.client.headers["Authorization"] = f"Bearer {key}"
            port = running.wait_until_ready()
            asked = {"Authorization": f"Bearer {scoring}"}
            running.client.post("/predict", json=dict(EXAMPLES["good"]), headers=asked)
            targets = {"scoring": f"{HOST}:{port}", "dagster": f"{HOST}:{ports['exporter']}"}
            targets["prometheus"] = f"{HOST}:{ports['prometheus']}"
            file = configured(home, targets, key)
            with prometheus_of(file, ports["prometheus"]):
                wait_for(f"http://{targets['prometheus']}/-/ready")
                wait_for(f"http://{targets['dagster']}/metrics")
                yield Watched(
                    url=f"http://{targets['prometheus']}",
                    database=database,
                    told=lambda: (
                        running.client.get("/metrics").text
                        + httpx.get(f"http://{targets['dagster']}/metrics", timeout=60).text
                    ),
                )


def exporting(home: Path, port: int) -> AbstractContextManager[None]:
    """Run the exporter by the command that ``serve`` has."""
    command = [sys.executable, "-m", "risk_platform.commands.exporter", "--port", str(port)]
    return started(command, home / "exporter.log", {"RISK_HOME": str(home)})


def prometheus_of(file: Path, port: int) -> AbstractContextManager[None]:
    """Run Prometheus."""
    options = {
        "config.file": file,
        "storage.tsdb.path": file.with_name("tsdb"),
        "web.listen-address": f"{HOST}:{port}",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    return started([program("prometheus"), *flags], file.with_name("prometheus.log"))


def test_all_that_is_asked_answers(watched: Watched) -> None:
    """The service by its key; and Dagster's failed run is known."""
    until(lambda: watched.value("sum(up)") == 3)
    until(lambda: watched.value("risk_serving_running") == 1)
    until(lambda: watched.value('risk_dagster_runs{status="failure"}') == 1)
    until(lambda: watched.value("risk_lease_seconds > 0"))


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_every_question_of_a_dashboard_is_answered(watched: Watched, board: Any) -> None:
    """Prometheus understands it, and each figure that it names is one that is told."""
    told = set(re.findall(r"^# TYPE (\w+)", watched.told(), re.MULTILINE))
    for panel in board.panels:
        for query in panel.queries:
            watched.get("query", query=query.expr)
            assert unknown_figures(query.expr, told) == set()


@pytest.mark.parametrize("name", ALERTS)
def test_every_figure_of_an_alert_is_told(watched: Watched, name: str) -> None:
    """An alert on a figure that nobody tells would never come."""
    told = set(re.findall(r"^# TYPE (\w+)", watched.told(), re.MULTILINE))
    assert unknown_figures(ALERTS[name]["expr"], told) == set()


def test_a_figure_that_nobody_tells_is_found(watched: Watched) -> None:
    """The red control."""
    told = set(re.findall(r"^# TYPE (\w+)", watched.told(), re.MULTILINE))
    assert unknown_figures("rate(risk_scored_total[5m])", told) == {"risk_scored_total"}


def unknown_figures(expr: str, told: set[str]) -> set[str]:
    """Return the figures of ours that an expression names and nobody tells."""
    named = set(re.findall(r"\brisk_\w+", expr))
    return {one for one in named if one not in told and re.sub(PARTS, "", one) not in told}


def test_a_stop_is_told_of(watched: Watched) -> None:
    """The gauge falls, and the alert comes; last, as nobody resumes here."""
    until(lambda: watched.value("risk_serving_running") == 1)
    assert "ScoringStopped" not in watched.firing
    Gate(watched.database).pause("Ada", "odd scores")
    until(lambda: watched.value("risk_serving_running") == 0)
    until(lambda: "ScoringStopped" in watched.firing)
