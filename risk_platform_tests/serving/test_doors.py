"""Doors: who gets in, what every answer carries, and what never leaves."""

import itertools
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.testclient import TestClient
from pydantic import ValidationError

from risk_platform.scoring.examples import EXAMPLES
from risk_platform.settings import Settings
from risk_platform_tests.serving.conftest import client_of
from risk_platform_tests.serving.rings import SECRETS, RingOfRoles, StaleRing, bearer
from serving.app import House, create_app
from serving.guards import GuardedRoute, UndeclaredRoleError
from serving.keyring import Role
from serving.logs import JsonLines
from serving.service import ScoringService
from serving.worker import house

LOCKED = House(ring=RingOfRoles())
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
NO_KEYS: dict[str, dict[str, Any]] = {
    "none": {},
    "empty": bearer(""),
    "unknown": bearer("canary-unknown"),
    "basic": {"Authorization": "Basic Y2FuYXJ5OnNlY3JldA=="},
    "lower case": {"Authorization": f"bearer {SECRETS[Role.SCORE]}"},
    "twice": {"Authorization": f"Bearer {SECRETS[Role.SCORE]}, Bearer {SECRETS[Role.SCORE]}"},
    "in another header": {"X-API-Key": SECRETS[Role.SCORE]},
    "not ASCII": {"Authorization": b"Bearer \xe9\xff"},
}


@pytest.fixture(scope="module")
def locked(service: ScoringService) -> Iterator[TestClient]:
    """Return a client of a service that asks for keys."""
    with client_of(service, LOCKED) as client:
        yield client


def operations(client: TestClient) -> list[tuple[str, str, list[str]]]:
    """Return method, path and roles of everything that can be asked, as OpenAPI has it."""
    paths = client.get("/openapi.json").json()["paths"]
    return [
        (method, path, said["x-roles"])
        for path, methods in paths.items()
        for method, said in methods.items()
    ]


def ask(client: TestClient, method: str, path: str, headers: dict[str, Any]) -> int:
    """Return the status of a request with an empty application."""
    content = b"{}" if method == "post" else None
    kind = {"content-type": "application/json"} if content else {}
    url = re.sub(r"{\w+}", "none", path)
    return client.request(method.upper(), url, content=content, headers=headers | kind).status_code


def test_without_a_good_key_only_liveness_is_answered(locked: TestClient) -> None:
    """Each route of OpenAPI with each way of having no key."""
    for (method, path, roles), kind in itertools.product(operations(locked), NO_KEYS):
        status = ask(locked, method, path, NO_KEYS[kind])
        assert status == (401 if roles else 200), (method, path, kind)
        assert bool(roles) == (path != "/health/live")


def test_a_key_opens_what_its_role_opens_and_nothing_else(locked: TestClient) -> None:
    """Each route of OpenAPI with a key of each role."""
    for (method, path, needed), role in itertools.product(operations(locked), Role):
        status = ask(locked, method, path, bearer(SECRETS[role]))
        if not needed or role in needed:
            assert status not in {401, 403}, (method, path, role)
        else:
            assert status == 403, (method, path, role)


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (
            Role.OPERATE,
            {"/metrics", "/health/ready", "/serving-state", "/serving-state/stop"},
        ),
        (
            Role.RESUME,
            {
                "/serving-state",
                "/serving-state/resume-requests",
                "/serving-state/resume-requests/{request_id}/approval",
            },
        ),
    ],
)
def test_who_watches_over_the_service_sees_no_decision(
    locked: TestClient, role: Role, paths: set[str]
) -> None:
    """Metrics, readiness and the gate, and nothing else of those who apply."""
    opened = {
        path
        for method, path, roles in operations(locked)
        if roles and ask(locked, method, path, bearer(SECRETS[role])) != 403
    }
    assert opened == paths


def test_where_keys_cannot_be_read_nothing_opens_that_needs_one(service: ScoringService) -> None:
    """503 of a type of its own, which each route declares; liveness asks nobody, nor does a 404."""
    with client_of(service, House(ring=StaleRing())) as client:
        for method, path, roles in operations(client):
            status = ask(client, method, path, bearer("risk_a_key"))
            assert status == (503 if roles else 200), path
            assert ask(client, method, path, {}) == (401 if roles else 200), path
        answer = client.get("/model", headers=bearer("risk_a_key"))
        assert answer.json()["type"] == "urn:risk:problem:keys-unavailable"
        assert answer.headers["retry-after"] == "5"
        assert client.get("/nix", headers=bearer("risk_a_key")).status_code == 404
        for methods in client.get("/openapi.json").json()["paths"].values():
            for said in methods.values():
                declared = str(said["responses"].get("503"))
                assert ("keys-unavailable" in declared) is bool(said["x-roles"])


def test_a_refusal_asks_for_the_kind_of_key_that_is_meant(locked: TestClient) -> None:
    """As RFC 6750 wants it."""
    answer = locked.get("/model")
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert answer.json()["type"] == "urn:risk:problem:unauthorised"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", ""]
)
def test_without_keys_a_page_that_came_by_another_name_is_refused(
    client: TestClient, host: str
) -> None:
    """A name of the attacker's that leads to this machine (DNS rebinding) opens nothing."""
    answer = client.get("/model", headers={"Host": host})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:risk:problem:forbidden")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "[::1]:8000", "LOCALHOST"])
def test_without_keys_this_machine_is_served_by_its_own_names(
    client: TestClient, host: str
) -> None:
    """With a port and without."""
    assert client.get("/health/live", headers={"Host": host}).status_code == 200


def test_another_site_gets_no_leave_to_ask(client: TestClient) -> None:
    """A browser's question beforehand is not answered in its favour."""
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = client.options("/predict", headers=asked)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/health/live", "/predict", "/nix", "/metrics", "/openapi.json"])
def test_every_answer_is_safe_to_show(client: TestClient, path: str) -> None:
    """Whatever is answered is neither kept, framed, nor taken for something else."""
    headers = client.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_a_request_keeps_its_id_and_its_trace(client: TestClient) -> None:
    """The trace goes on with a span of ours."""
    answer = client.get("/nix", headers={"X-Request-ID": "loan-77.a_b", "traceparent": TRACE})
    assert answer.headers["x-request-id"] == "loan-77.a_b"
    version, trace, span, flags = answer.headers["traceparent"].split("-")
    assert (version, trace, flags) == ("00", TRACE.split("-")[1], "01")
    assert span != TRACE.split("-")[2]


@pytest.mark.parametrize(
    ("request_id", "trace"),
    [
        ("", ""),
        ("a" * 65, TRACE.upper()),
        ("a b", "00-" + "0" * 32 + TRACE[35:]),
        ("a\tb", TRACE + "-x"),
        ("<script>", "ff" + TRACE[2:]),
        ("a\u2028b".encode().decode("latin-1"), "x" * 10_000),
    ],
)
def test_an_id_that_cannot_be_shown_is_replaced(
    client: TestClient, request_id: str, trace: str
) -> None:
    """What stands in logs and headers is of our alphabet."""
    headers = {"X-Request-ID": request_id, "traceparent": trace}
    answer = client.get(
        "/health/live", headers={k.encode(): v.encode("latin-1") for k, v in headers.items()}
    )
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-00", answer.headers["traceparent"])


def test_production_has_no_documents(service: ScoringService) -> None:
    """Neither the pages nor what they are made of."""
    with client_of(service, House(ring=RingOfRoles(), shows_docs=False)) as client:
        for path in ("/docs", "/redoc", "/openapi.json"):
            assert client.get(path).status_code == 404
    assert not house(Settings(auth="keys", production=True), None).shows_docs


@pytest.mark.parametrize(
    "settings",
    [{"host": "0.0.0.0"}, {"host": "::"}, {"host": "10.1.2.3"}, {"host": "risk.bank"}],  # noqa: S104
)
def test_without_keys_nobody_listens_beyond_this_machine(settings: dict[str, Any]) -> None:
    """The service does not start."""
    with pytest.raises(ValidationError, match="RISK_AUTH=keys"):
        Settings.model_validate(settings)
    assert Settings.model_validate(settings | {"auth": "keys"}).auth == "keys"


def test_production_wants_keys() -> None:
    """On this machine too."""
    with pytest.raises(ValidationError, match="RISK_AUTH=keys"):
        Settings(production=True)


def test_nothing_that_was_sent_is_repeated_anywhere(
    service: ScoringService, caplog: pytest.LogCaptureFixture
) -> None:
    """Keys and values of applications stand in no log, metric, header or problem."""
    caplog.set_level(logging.DEBUG)
    canary = "canary-7f3a"
    bad = {"emp_title": canary, "home_ownership": canary, canary: canary, "dti": canary}
    good = dict(EXAMPLES["good"]) | {"emp_title": canary, "desc": canary, "url": canary}
    sent = [json.dumps(one) for one in (bad, good, {"applications": [bad, good]}, canary)]
    sent += [f'{{"emp_title": "{canary}"', f'{{"{canary}": 1, "{canary}": 2}}']
    answers: list[str] = []
    with client_of(service, LOCKED) as client:
        for body, path in itertools.product(sent, ("/predict", "/predict/batch", f"/{canary}")):
            headers = bearer(SECRETS[Role.SCORE]) | {"Content-Type": "application/json"}
            answer = client.post(path, content=body, headers=headers, params={})
            answers += [answer.text, str(answer.headers)]
        for secret in (canary, *SECRETS.values()):
            answer = client.get(f"/model?{canary}={canary}", headers=bearer(secret))
            answers += [answer.text, str(answer.headers)]
        answers.append(client.get("/metrics", headers=bearer(SECRETS[Role.READ])).text)
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    lines = [JsonLines().format(record) for record in ours]
    assert len(lines) > 10
    assert [line for line in (*answers, *lines) if "canary" in line] == []


def test_a_route_that_demands_nothing_is_no_route() -> None:
    """Whoever adds one says who may use it: forgetting that does not open a door."""
    router = APIRouter(route_class=GuardedRoute)

    async def forgotten(request: Request) -> Response:
        return Response(str(request.url))

    with pytest.raises(UndeclaredRoleError, match="/forgotten"):
        router.add_api_route("/forgotten", forgotten)


def test_a_stock_route_is_open_to_all(service: ScoringService) -> None:
    """The red control: Starlette's own class of routes asks for no role."""
    doors = create_app(service, LOCKED)
    assert isinstance(doors.app, FastAPI)

    async def forgotten(_: Request) -> Response:
        return Response("open")

    doors.app.add_route("/forgotten", forgotten)
    with TestClient(doors) as client:
        assert client.get("/forgotten").status_code == 200
