"""The service as a whole: readiness, the model's page, and the interface's description."""

from contextlib import closing
from pathlib import Path

from fastapi.testclient import TestClient

from risk_platform.contract.column import Timing
from risk_platform.contract.columns import LOANS
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform_tests.bundles import small_bundle
from risk_platform_tests.serving.conftest import client_of
from serving.service import service_of


def test_without_a_champion_the_service_lives_but_is_not_ready(
    cache: ModelCache, tmp_path: Path
) -> None:
    """Readiness, scores and the model's page answer 503 and say why."""
    database = open_store(f"sqlite:///{tmp_path / 'decisions.db'}")
    with closing(database), client_of(service_of(cache, database)) as client:
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


def test_the_interface_describes_every_field(client: TestClient) -> None:
    """OpenAPI and the page of the schema hold each accepted column with its description."""
    schema = client.get("/openapi.json").json()["components"]["schemas"]["Application"]
    assert schema == client.get("/schema").json()
    accepted = {column.name for column in LOANS if column.known is not Timing.OUTCOME}
    assert set(schema["properties"]) == accepted
    assert all(field["description"] for field in schema["properties"].values())
