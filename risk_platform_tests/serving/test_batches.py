"""Batches: few at a time, beside all others, and refused at once where they are too many."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request, Response

from risk_platform.handover.clock import now_us
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.serving.conftest import OPEN
from risk_platform_tests.serving.running import (
    ask,
    connected,
    patiently,
    post,
    running,
    status_of,
    wait_until,
)
from serving import problems
from serving.app import create_app
from serving.deadlines import Patience
from serving.doors import Doors
from serving.guards import GuardedRoute, open_to_all, takes
from serving.metrics import Metrics
from serving.routes import MOST_BATCHES
from serving.service import ScoringService, service_of

GOOD = dict(EXAMPLES["good"])
BATCH = json.dumps({"applications": [dict(one) for one in EXAMPLES.values()] * 200}).encode()
BEGUN = post(BATCH, path="/predict/batch")[:-1]
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def service(cache: ModelCache, tmp_path: Path) -> ScoringService:
    """Return a service of a test's own."""
    bring(cache, small_bundle())
    service = service_of(cache, open_store(f"sqlite:///{tmp_path / 'decisions.db'}"))
    service.champions.refresh()
    service.gate.open_first("Ada")
    return service


@pytest.fixture
def port(service: ScoringService) -> Iterator[int]:
    """Return the port of it."""
    with running(patiently(create_app(service, OPEN), Patience())) as at:
        yield at


def test_others_are_answered_while_batches_hammer(port: int, service: ScoringService) -> None:
    """Each of them; batches beyond a few are refused, of those that are decided none is lost."""
    enough, refused, answered = threading.Event(), list[httpx.Response](), list[str]()

    def hammer() -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            while not enough.is_set():
                answer = client.post("/predict/batch", content=BATCH, headers=JSON)
                if answer.status_code == 200:
                    answered.extend(one["decision_id"] for one in answer.json()["scores"])
                else:
                    refused.append(answer)
                    # A tenth of what it is told to wait: who never waits only fills the wire.
                    enough.wait(0.1)

    with ThreadPoolExecutor(2 * MOST_BATCHES) as pool, httpx.Client(timeout=60) as client:
        hammering = [pool.submit(hammer) for _ in range(2 * MOST_BATCHES)]
        try:
            wait_until(lambda: refused and answered)
            alone = [client.post(f"http://127.0.0.1:{port}/predict", json=GOOD) for _ in range(30)]
            assert not any(one.done() for one in hammering)
        finally:
            enough.set()
    assert {one.status_code for one in alone} == {200}
    assert {one.json()["type"] for one in refused} == {"urn:risk:problem:overloaded"}
    assert {one.headers["retry-after"] for one in refused} == {"1"}
    told = Counter([*answered, *(one.json()["decision_id"] for one in alone)])
    assert Counter(one.id for one in service.log.window(0, now_us())) == told


def test_one_too_many_is_refused_before_it_is_sent(port: int) -> None:
    """Those at hand hold their places; others are not concerned; a place that is left is taken."""
    with ExitStack() as stack:
        held = [stack.enter_context(closing(connected(port))) for _ in range(MOST_BATCHES)]
        for connection in held:
            connection.sendall(BEGUN)
        wait_until(lambda: status_of(ask(port, BEGUN)) == 503)
        assert b"urn:risk:problem:overloaded" in ask(port, BEGUN[:400])
        assert status_of(ask(port, post(b"{}"))) == 200
        held[0].sendall(b"}")
        assert status_of(held[0].recv(65_536)) == 200
        assert status_of(ask(port, post(BATCH, path="/predict/batch"))) == 200


@pytest.mark.parametrize(("at_a_time", "refused"), [(2, 3), (0, 0)])
def test_a_route_has_at_hand_what_it_declares(at_a_time: int, refused: int) -> None:
    """Of five requests at once two are taken; where no number is declared, the red control, all."""
    router, go_on = APIRouter(route_class=GuardedRoute), asyncio.Event()
    declared = open_to_all() | takes(100, at_a_time)

    @router.post("/", openapi_extra=declared)
    async def waiting(request: Request) -> Response:
        await go_on.wait()
        return Response(request.state.body)

    app = FastAPI()
    app.state.at_hand = Counter[str]()
    app.router.routes[:0] = router.routes
    problems.install(app)
    doors = Doors(app, Metrics(), asks_for_keys=False)

    async def five() -> list[int]:
        transport = httpx.ASGITransport(doors)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            asked = [asyncio.create_task(client.post("/", json={})) for _ in range(5)]
            finished = asyncio.as_completed(asked)
            statuses = [(await next(finished)).status_code for _ in range(refused)]
            go_on.set()
            statuses += [(await one).status_code for one in finished]
            assert (await client.post("/", json={})).status_code == 200
        return statuses

    assert Counter(asyncio.run(five())) == Counter({503: refused, 200: 5 - refused})
