"""The service as a whole: readiness, the model's page, and the interface's description."""

from fastapi.testclient import TestClient

from risk_platform.contract.column import Timing
from risk_platform.contract.columns import LOANS
from risk_platform.handover.cache import ModelCache
from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.bundles import small_bundle
from serving.app import create_app
from serving.champions import Champions
from serving.service import ScoringService


def test_without_a_champion_the_service_lives_but_is_not_ready(cache: ModelCache) -> None:
    """Readiness, scores and the model's page answer 503 and say why."""
    with TestClient(create_app(ScoringService(Champions(cache)))) as client:
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
    """OpenAPI holds each accepted column with its description, and examples."""
    schema = client.get("/openapi.json").json()["components"]["schemas"]["Application"]
    accepted = {column.name for column in LOANS if column.known is not Timing.OUTCOME}
    assert set(schema["properties"]) == accepted
    assert all(field["description"] for field in schema["properties"].values())
    assert schema["examples"][0] == EXAMPLES["good"]


def test_the_examples_of_the_interface_work(client: TestClient) -> None:
    """Whoever tries an example of the documentation gets a score."""
    schema = client.get("/openapi.json").json()["components"]["schemas"]["Application"]
    for example in schema["examples"]:
        assert client.post("/predict", json=example).status_code == 200
