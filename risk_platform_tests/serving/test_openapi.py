"""OpenAPI: what it says is what the service does, asked case by case by schemathesis."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, assume, given, seed, settings
from schemathesis import BaseSchema, GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok

from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.serving.conftest import Blind, client_of
from risk_platform_tests.serving.rings import RingOfOneKey, bearer
from risk_platform_tests.serving.running import patiently, running
from serving.app import House, create_app
from serving.deadlines import Patience
from serving.service import service_of

UNHURRIED = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
METHODS = {"get", "post"}
# What is wrong may be refused for its size too, which schemathesis does not expect.
CONFIG = schemathesis.Config.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": ["4xx", "5xx"]}}}
)


def test_every_reference_leads_somewhere(client: TestClient) -> None:
    """Answers, bodies and problems are described once, and found."""
    text = client.get("/openapi.json").text
    document = json.loads(text)
    for place in {part.split('"')[0] for part in text.split('"$ref":"')[1:]}:
        found: Any = document
        for step in place.removeprefix("#/").split("/"):
            found = found[step]
        assert found


def test_examples_are_answered_as_they_say(client: TestClient) -> None:
    """Low risk, high risk and missing are scored; out of range is refused and pointed at."""
    paths = client.get("/openapi.json").json()["paths"]
    content = paths["/predict"]["post"]["requestBody"]["content"]["application/json"]
    answers = {
        name: client.post("/predict", json=example["value"])
        for name, example in content["examples"].items()
    }
    assert answers["low risk"].json()["points"] > answers["high risk"].json()["points"]
    assert answers["missing"].json()["missing"]
    faults = answers["out of range"].json()["errors"]
    assert [fault["pointer"] for fault in faults] == ["/fico_range_low"]
    stopped = paths["/predict"]["post"]["responses"]["503"]["content"]["application/problem+json"]
    assert stopped["examples"]["serving-stopped"]["value"]["status"] == 503


def test_the_example_of_a_stop_has_what_a_stop_has(cache: ModelCache, tmp_path: Path) -> None:
    """Name by name: its number and since when it is, beside what every problem has."""
    with closing(open_store(f"sqlite:///{tmp_path / 'decisions.db'}")) as database:
        bring(cache, small_bundle())
        service = service_of(cache, database)
        service.champions.refresh()
        service.gate.pause("Ada", "incident 7")
        with client_of(service) as client:
            answer = client.post("/predict", json={}).json()
            said = client.get("/openapi.json").json()["paths"]["/predict"]["post"]["responses"]
    examples = said["503"]["content"]["application/problem+json"]["examples"]
    assert {"epoch", "since"} <= answer.keys() == examples["serving-stopped"]["value"].keys()


def test_every_operation_tells_its_problems(client: TestClient) -> None:
    """Whoever needs a key may lack it."""
    for methods in client.get("/openapi.json").json()["paths"].values():
        for method, said in methods.items():
            assert method in METHODS
            assert said["description"]
            assert {"401", "403", "429"} <= set(said["responses"]) or not said["x-roles"]


@pytest.fixture
def schema(cache: ModelCache, tmp_path: Path) -> Iterator[BaseSchema]:
    """Return what a service on a real socket says of itself; it may be stopped by what is asked.

    Nobody looks at what is decided: applications that are made of a document are absurd.
    """
    bring(cache, small_bundle())
    service = service_of(cache, open_store(f"sqlite:///{tmp_path / 'decisions.db'}"))
    service = replace(service, breaker=Blind(service.gate))
    service.champions.refresh()
    service.gate.open_first("Ada")
    config = patiently(create_app(service, House(ring=RingOfOneKey())), Patience())
    with running(config) as port:
        url = f"http://127.0.0.1:{port}/openapi.json"
        yield schemathesis.openapi.from_url(url, config=CONFIG)


def is_body_wrong(case: schemathesis.Case) -> bool:
    """Whether a case was made to be refused for its body."""
    found = case.meta and case.meta.components.get(ParameterLocation.BODY)
    return bool(found and found.mode is GenerationMode.NEGATIVE)


@pytest.mark.parametrize("cases", [60, pytest.param(2_500, marks=pytest.mark.slow)])
@pytest.mark.parametrize("mode", GenerationMode)
def test_cases_made_of_the_document_are_answered_as_it_says(
    schema: BaseSchema, cases: int, mode: GenerationMode
) -> None:
    """Valid ones are scored, invalid ones refused, nothing fails, by all of its checks."""
    asked = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if operation.method == "get" and mode is GenerationMode.NEGATIVE:
            # It takes nothing that could be wrong.
            continue

        @seed(5)
        @settings(
            max_examples=cases if operation.method == "post" else 5,
            database=None,
            suppress_health_check=UNHURRIED,
        )
        @given(operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            nonlocal asked
            # A wrong header or query may be right again once it is written into a request.
            assume(mode is GenerationMode.POSITIVE or is_body_wrong(case))
            asked += 1
            case.call_and_validate(headers=bearer(RingOfOneKey.SECRET))

        ask()
    assert asked >= cases
