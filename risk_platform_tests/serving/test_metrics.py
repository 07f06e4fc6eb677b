"""Metrics: counted by closed sets of labels, over all workers, and named as Prometheus wants."""

import asyncio
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry, generate_latest, multiprocess
from prometheus_client.parser import text_string_to_metric_families
from starlette.types import Message

from risk_platform_tests.serving.conftest import OPEN, client_of
from serving.app import create_app
from serving.doors import Doors
from serving.metrics import SHARED_FOLDER, Metrics, scraped, share_between_workers
from serving.service import ScoringService
from serving.visits import Visit

MOST_SERIES = 500
WORKER = """
import sys
from serving.metrics import Metrics
from serving.visits import Visit
metrics = Metrics()
visit = Visit({}, b"", b"", None, 0.0, "/predict", "malformed", 400)
for _ in range(int(sys.argv[1])):
    metrics.answered(visit, "POST", 0.001)
metrics.desk.queue.set(2)
metrics.desk.gate.set(int(sys.argv[1]) % 2)
print("counted", flush=True)
sys.stdin.readline()
"""


def series(text: str) -> dict[str, float]:
    """Return each series' name and labels, and its value."""
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def ask(doors: Doors, paths: int) -> None:
    """Ask for so many paths, by methods, names and headers that nobody has."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    for number in range(paths):
        scope = {
            "type": "http",
            "method": f"METHOD{number}" if number % 3 else "GET",
            "path": f"/{number}/é\u2028" if number % 2 else f"/predict/{number}",
            "query_string": f"model={number}".encode(),
            "root_path": "",
            "headers": [(b"host", b"localhost"), (b"x-request-id", str(number).encode())],
        }
        await doors(scope, receive, send)
        assert sent[-2]["status"] == 404
        sent.clear()


@pytest.mark.parametrize("paths", [10_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_odd_paths_add_no_series(service: ScoringService, paths: int) -> None:
    """However many are asked for, there are as many series as after a few."""
    doors = create_app(service, OPEN)
    with client_of(service) as client:
        few = len(series(client.get("/metrics").text))
    metrics = Metrics()
    asyncio.run(ask(Doors(doors.app, metrics, asks_for_keys=False), 6))
    after_a_few = len(series(metrics.render().decode()))
    asyncio.run(ask(Doors(doors.app, metrics, asks_for_keys=False), paths))
    assert len(series(metrics.render().decode())) == after_a_few <= MOST_SERIES
    assert few <= MOST_SERIES


def test_a_label_of_the_path_itself_would_add_them() -> None:
    """The red control: a route that is not a template."""
    metrics = Metrics()
    before = len(series(metrics.render().decode()))
    for number in range(1_000):
        visit = Visit({}, b"", b"", None, 0.0, f"/{number}", "", 404)
        metrics.answered(visit, "GET", 0.001)
    assert len(series(metrics.render().decode())) > before + 1_000


def test_requests_are_counted_by_route_and_refusals_by_type(service: ScoringService) -> None:
    """What a dashboard draws."""
    with client_of(service) as client:
        client.post("/predict", json={})
        client.post("/predict", json={"dti": "x"})
        client.post("/predict", content=b"{", headers={"content-type": "application/json"})
        found = series(client.get("/metrics").text)
    of = "risk_http_requests_total[('method', 'POST'), ('route', '/predict'), ('status', '%s')]"
    assert found[of % "2xx"] == 1
    assert found[of % "4xx"] == 2
    assert found["risk_problems_total[('type', 'malformed')]"] == 1
    assert found["risk_problems_total[('type', 'invalid-application')]"] == 1
    assert found["risk_http_request_duration_seconds_count[('route', '/predict')]"] == 3


def test_names_are_as_prometheus_wants_them(client: TestClient) -> None:
    """A prefix, base units, and ``_total`` for what only grows."""
    for family in text_string_to_metric_families(client.get("/metrics").text):
        assert family.name.startswith("risk_")
        assert family.documentation
        if "duration" in family.name:
            assert family.name.removesuffix("_created").endswith("_seconds")
        if family.type == "counter":
            assert all(s.name.endswith(("_total", "_created")) for s in family.samples)


def test_workers_are_counted_together(tmp_path: Path) -> None:
    """Counts add up, a gate shut in one is shut, and what an earlier start left is gone."""
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "counter_1.db").write_bytes(b"left behind")
    environment = os.environ | {SHARED_FOLDER: shared_folder(tmp_path)}
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(count)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for count in (3, 4)
    ]
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == "counted\n"
    scraping = "from serving.metrics import Metrics; print(Metrics().render().decode())"
    told = subprocess.run(
        [sys.executable, "-c", scraping],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    for worker in workers:
        worker.communicate("end\n", timeout=30)
    found = series(told.stdout)
    name = "risk_http_requests_total[('method', 'POST'), ('route', '/predict'), ('status', '4xx')]"
    assert found[name] == 7
    assert found["risk_decisions_queued[]"] == 4
    assert found["risk_serving_running[]"] == 0


def shared_folder(home: Path) -> str:
    """Return the folder that workers of a start share, without sharing this process' own."""
    before = os.environ.get(SHARED_FOLDER)
    share_between_workers(home)
    folder = os.environ.pop(SHARED_FOLDER)
    if before is not None:
        os.environ[SHARED_FOLDER] = before
    return folder


def test_a_scrape_waits_for_a_worker_that_makes_its_file(tmp_path: Path) -> None:
    """For a moment it is there and holds nothing, which is no reason to fail."""
    made = tmp_path / "counter_1.db"
    made.touch()
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together, str(tmp_path))
    with pytest.raises(struct.error):
        generate_latest(together)
    threading.Timer(0.1, made.unlink).start()
    assert scraped(together) == b""
