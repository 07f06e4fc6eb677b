"""The service's state: readiness, the model that answers, and how it is replaced."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from risk_platform.commands.ports import free_port
from risk_platform.contract.column import Timing
from risk_platform.contract.columns import LOANS
from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.bundles import local_registry, register, small_bundle
from risk_platform_tests.serving.conftest import NEVER, client_of
from serving.service import NotReadyError, ScoringService


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a folder for a registry of a test's own."""
    (tmp_path / "scratch").mkdir()
    return tmp_path


def test_without_a_champion_the_service_lives_but_is_not_ready(store: Path) -> None:
    """Readiness, scores and the model's page answer 503 and say why."""
    with client_of(ScoringService(local_registry(store), NEVER)) as client:
        assert client.get("/health/live").json()["status"] == "alive"
        for answer in (
            client.get("/health/ready"),
            client.get("/model"),
            client.post("/predict", json={}),
        ):
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "5"
            assert answer.headers["content-type"] == "application/problem+json"
            assert "no model is loaded" in answer.json()["detail"]


def test_a_ready_service_names_its_version(client: TestClient) -> None:
    """Readiness says which version answers."""
    assert client.get("/health/ready").json() == {"status": "ready", "model_version": 1}


def test_the_model_tells_its_card(client: TestClient) -> None:
    """Protocol, contract, digest and figures are there for a validator."""
    told, card = client.get("/model").json(), small_bundle().card
    assert (told["version"], told["protocol"], told["contract"]) == (1, "window12", card.contract)
    assert told["metrics"] == card.metrics
    assert tuple(told["features"]) == card.features
    assert len(told["digest"]) == 64


def test_a_new_champion_answers_after_a_refresh(store: Path) -> None:
    """The service follows the registry without a restart."""
    registry = local_registry(store)
    register(registry, small_bundle(), store / "scratch")
    service = ScoringService(registry, NEVER)
    service.refresh()
    register(registry, small_bundle(seed=2), store / "scratch")
    service.refresh()
    assert service.champion.model.version == 2


def test_a_champion_that_scores_otherwise_never_answers(store: Path) -> None:
    """A model that does not give the examples their scores leaves the old one in its place."""
    registry = local_registry(store)
    register(registry, small_bundle(), store / "scratch")
    service = ScoringService(registry, NEVER)
    service.refresh()
    wrong = small_bundle(seed=2, golden=dict.fromkeys(EXAMPLES, 0.5))
    register(registry, wrong, store / "scratch")
    service.refresh()
    assert service.champion.model.version == 1


def test_a_service_goes_on_when_the_registry_is_lost(store: Path) -> None:
    """Whatever becomes of the store, the model that is in memory answers."""
    registry = local_registry(store)
    register(registry, small_bundle(), store / "scratch")
    service = ScoringService(registry, NEVER)
    service.refresh()
    register(registry, small_bundle(seed=2), store / "scratch")
    shutil.rmtree(store / "mlflow")
    service.refresh()
    assert service.champion.model.version == 1


def test_a_first_champion_that_is_damaged_is_explained(store: Path) -> None:
    """A service that could not load anything says what was wrong."""
    registry = local_registry(store)
    register(registry, small_bundle(contract="0" * 64), store / "scratch")
    service = ScoringService(registry, NEVER)
    service.refresh()
    with pytest.raises(NotReadyError, match="made for contract 0000"):
        _ = service.champion


def test_the_interface_describes_every_field(client: TestClient) -> None:
    """OpenAPI and the page of the schema hold each accepted column with its description."""
    schema = client.get("/openapi.json").json()["components"]["schemas"]["Application"]
    assert schema == client.get("/schema").json()
    accepted = {column.name for column in LOANS if column.known is not Timing.OUTCOME}
    assert set(schema["properties"]) == accepted
    assert all(field["description"] for field in schema["properties"].values())


def test_the_process_starts_follows_the_registry_and_stops(store: Path) -> None:
    """As a process the service becomes ready, replaces its model, and ends on SIGTERM.

    Its log is JSON, line by line.
    """
    registry = local_registry(store)
    register(registry, small_bundle(), store / "scratch")
    port = free_port("127.0.0.1", 0)
    environment = os.environ | {
        "RISK_HOME": str(store),
        "RISK_API_PORT": str(port),
        "RISK_MODEL_POLL_SECONDS": "0.2",
    }
    with (store / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "serving"], env=environment, stderr=log)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            assert _version(client, 1) == 1
            register(registry, small_bundle(seed=2), store / "scratch")
            assert _version(client, 2) == 2
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(20)
    assert code in {0, -signal.SIGTERM}
    events = [json.loads(line) for line in (store / "log").read_text().splitlines()]
    assert "version 2 answers" in [event["event"] for event in events]


def _version(client: httpx.Client, wanted: int) -> int | None:
    """Return the version that answers, once it is the wanted one or a minute has passed."""
    version = None
    for _ in range(240):
        try:
            version = client.get("/health/ready").json().get("model_version")
        except httpx.TransportError:
            version = None
        if version == wanted:
            break
        time.sleep(0.25)
    return version
