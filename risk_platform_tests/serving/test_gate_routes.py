"""The gate over HTTP: stopped by one key, let run again by two others, and told as it stands."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from risk_platform.handover.access.roles import Role
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import ActorType, Cause
from risk_platform.handover.gating.rules import Rules
from risk_platform.handover.gating.witness import Witness
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.handover.moves import ALL_DAY, REASON, let_pass, opened
from risk_platform_tests.serving.conftest import Counter, client_of
from risk_platform_tests.serving.rings import RingOfPeople, bearer
from risk_platform_tests.serving.running import wait_until
from risk_platform_tests.serving.test_metrics import series
from serving.app import House
from serving.service import service_of

GOOD = dict(EXAMPLES["good"])
RING = RingOfPeople(
    {
        "branch": {Role.SCORE},
        "rogue": {Role.SCORE},
        "reader": {Role.READ},
        "watch": {Role.OPERATE},
        "Ada": {Role.RESUME},
        "Grace": {Role.RESUME},
    }
)
STATE = "/serving-state"
REQUESTS = f"{STATE}/resume-requests"


@pytest.fixture
def house(cache: ModelCache, store_url: str) -> Iterator[Counter]:
    """Return a running service, and a client of it that needs keys."""
    bring(cache, small_bundle())
    with closing(open_store(store_url)) as database:
        service = service_of(cache, database)
        service.champions.refresh()
        opened(database)
        with client_of(service, House(ring=RING)) as client:
            yield Counter(service, client)


@pytest.fixture
def locked(house: Counter) -> TestClient:
    """Return the client."""
    return house.client


def post(client: TestClient, who: str, path: str, **body: object) -> Response:
    """Send an order by somebody's key."""
    return client.post(path, json=body, headers=bearer(who))


def state(client: TestClient, who: str = "watch") -> dict[str, object]:
    """Return how the gate stands, as somebody is told."""
    return client.get(STATE, headers=bearer(who)).json()


def problem(answer: Response) -> tuple[int, str]:
    """Return status and type of a problem."""
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_one_stops_and_two_resume(locked: TestClient, house: Counter) -> None:
    """Each by a key; once the stop is answered nothing is decided."""
    assert post(locked, "branch", "/predict", **GOOD).status_code == 200
    stopped = post(locked, "watch", f"{STATE}/stop", reason="odd scores", incident="INC-12")
    assert (stopped.status_code, stopped.json()["state"]) == (200, "stopped")
    assert stopped.json()["by"] == "watch"
    assert stopped.json()["move"]["incident"] == "INC-12"
    assert post(locked, "branch", "/predict", **GOOD).status_code == 503
    epoch = stopped.json()["epoch"]
    asked = post(locked, "Ada", REQUESTS, epoch=epoch, reason=REASON)
    assert asked.status_code == 200
    assert state(locked)["requests"] == [asked.json()]
    approval = f"{REQUESTS}/{asked.json()['request_id']}/approval"
    assert problem(post(locked, "Ada", approval, epoch=epoch)) == (409, "resume-refused")
    resumed = post(locked, "Grace", approval, epoch=epoch)
    assert (resumed.status_code, resumed.json()["state"]) == (200, "running")
    assert post(locked, "branch", "/predict", **GOOD).status_code == 200
    assert house.service.log.count() == 2


@pytest.mark.parametrize(
    ("order", "rule"),
    [
        ({"epoch": 2, "reason": "too short"}, "reason"),
        ({"epoch": 1, "reason": REASON}, "epoch"),
        ({"epoch": 2, "reason": REASON, "evidence": "none"}, "evidence"),
        ({"epoch": 2, "reason": REASON, "key_id": "rogue"}, "key"),
    ],
)
def test_a_refusal_names_its_rule(
    locked: TestClient, house: Counter, order: dict[str, object], rule: str
) -> None:
    """In a word, and in a sentence that says what to do."""
    house.service.gate.pause("Grace", "odd scores")
    refused = post(locked, "Ada", REQUESTS, **order)
    assert problem(refused) == (409, "resume-refused")
    assert refused.json()["rule"] == rule
    assert "retry-after" not in refused.headers
    assert not house.service.gate.state().is_running


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"reason": ""},
        {"reason": "  "},
        {"reason": 7},
        {"reason": "a\u0000b"},
        {"reason": "a\nb"},
        {"reason": "x" * 2_001},
        {"reason": "odd", "by": "somebody else"},
        {"reason": "odd", "incident": "a b"},
    ],
)
def test_a_stop_that_cannot_be_read_stops_nothing(
    locked: TestClient, house: Counter, order: dict[str, object]
) -> None:
    """It is told what was expected; least of all can who stops give himself a name."""
    assert problem(post(locked, "watch", f"{STATE}/stop", **order)) == (422, "invalid-order")
    assert house.service.gate.state().is_running


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"reason": "a", "reason": "b"}', b"[1]", b'{"reason": NaN}']
)
def test_a_stop_in_bad_json_stops_nothing(locked: TestClient, house: Counter, body: bytes) -> None:
    """As anywhere."""
    headers = bearer("watch") | {"Content-Type": "application/json"}
    answer = locked.post(f"{STATE}/stop", content=body, headers=headers)
    assert answer.status_code in {400, 422}
    assert house.service.gate.state().is_running


@pytest.mark.parametrize("request_id", ["x", "0190a0a0-0000-7000-8000-000000000000"])
def test_what_nobody_asked_for_is_not_approved(
    locked: TestClient, house: Counter, request_id: str
) -> None:
    """Be it an id or not."""
    epoch = house.service.gate.pause("Grace", "odd scores").epoch
    answer = post(locked, "Ada", f"{REQUESTS}/{request_id}/approval", epoch=epoch)
    assert answer.status_code in {404, 409}
    assert not house.service.gate.state().is_running


def test_a_suspended_key_is_refused_and_others_are_served(
    locked: TestClient, house: Counter
) -> None:
    """Nobody is told to ask again; a replay and a batch are refused as well."""
    headers = bearer("rogue") | {"Idempotency-Key": "key-1"}
    assert locked.post("/predict", json=GOOD, headers=headers).status_code == 200
    cause = Cause(actor_type=ActorType.SENSOR, trigger="drift of one key")
    house.service.gate.suspend("rogue", "the sensor", "shifted", cause=cause)
    for answer in (
        post(locked, "rogue", "/predict", **GOOD),
        post(locked, "rogue", "/predict/batch", applications=[GOOD, GOOD]),
        locked.post("/predict", json=GOOD, headers=headers),
    ):
        assert problem(answer) == (403, "key-suspended")
        assert "retry-after" not in answer.headers
    assert post(locked, "branch", "/predict", **GOOD).status_code == 200
    assert locked.get("/metrics", headers=bearer("watch")).status_code == 200
    assert state(locked)["suspended_keys"] == ["rogue"]
    asked = post(locked, "Ada", REQUESTS, epoch=1, reason=REASON, key_id="rogue").json()
    approval = f"{REQUESTS}/{asked['request_id']}/approval"
    assert post(locked, "Grace", approval, epoch=1).json()["state"] == "running"
    assert post(locked, "rogue", "/predict", **GOOD).status_code == 200


def test_the_record_of_a_stop_is_told_to_who_watches_over_the_service(
    locked: TestClient, house: Counter
) -> None:
    """Whoever reads decisions learns that scoring is stopped, since when and why, in a sentence."""
    cause = Cause(
        actor_type=ActorType.SENSOR,
        trigger="drift: share",
        evidence="e" * 64,
        window_us=(1_767_225_600_000_000, 1_767_229_200_000_000),
        decisions=3_000,
    )
    house.service.gate.pause("the drift sensor", "dti has drifted", cause=cause)
    full, less = state(locked, "Ada"), state(locked, "reader")
    assert full["move"] == {
        "actor_type": "sensor",
        "trigger": "drift: share",
        "evidence": "e" * 64,
        "window_from": "2026-01-01T00:00:00.000+00:00",
        "window_until": "2026-01-01T01:00:00.000+00:00",
        "decisions": 3_000,
        "model_digest": None,
        "incident": None,
    }
    assert "nobody has looked since" in str(full["what_to_do"])
    assert {"state", "epoch", "since", "by", "reason", "lease_seconds"} == less.keys()
    assert (less["state"], less["reason"]) == ("stopped", "dti has drifted")


def test_a_stopped_service_answers_as_it_is_to(locked: TestClient, house: Counter) -> None:
    """503: which stop, since when, and after how long to ask again; kept by nobody."""
    headers = bearer("branch") | {"Idempotency-Key": "key-1"}
    locked.post("/predict", json=GOOD, headers=headers).raise_for_status()
    stopped = house.service.gate.pause("Grace", "incident 7")
    again = locked.post("/predict", json=GOOD, headers=headers)
    batch = post(locked, "branch", "/predict/batch", applications=[GOOD])
    ready = locked.get("/health/ready", headers=bearer("watch"))
    for answer in (again, batch, ready):
        assert problem(answer) == (503, "serving-stopped")
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.headers["retry-after"], answer.headers["cache-control"]) == (
            "30",
            "no-store",
        )
        told = answer.json()
        assert (told["epoch"], told["instance"]) == (
            stopped.epoch,
            f"urn:risk:stop:{stopped.epoch}",
        )
        assert told["since"].endswith("+00:00")
        assert "incident" not in answer.text
    assert locked.get("/health/live").status_code == 200


def test_an_ended_lease_is_shown_as_closed(cache: ModelCache, store_url: str) -> None:
    """By the gauges, with what is left of it; and the service writes the stop by itself."""
    bring(cache, small_bundle())
    with closing(open_store(store_url)) as database:
        gate = Gate(database, Rules(lease_seconds=300))
        service = service_of(cache, database, gate)
        service.champions.refresh()
        gate.open_first("Ada")

        def gauge(name: str) -> float:
            return series(client.get("/metrics").text)[f"{name}[]"]

        with client_of(service) as client:
            wait_until(lambda: gauge("risk_serving_running") == 1)
            assert 200 < gauge("risk_lease_seconds") <= 300
            let_pass(database, 360)
            wait_until(lambda: gauge("risk_serving_running") == 0)
            assert gauge("risk_lease_seconds") < 0
            wait_until(lambda: gate.state().by == "the lease")
            assert client.post("/predict", json=GOOD).status_code == 503


def test_a_stop_that_is_being_committed_is_told_as_it_will_be(
    cache: ModelCache, store_url: str, tmp_path: Path
) -> None:
    """The witness knows of it first: who looks is told who stopped scoring, and not who opened."""
    written = Event()

    def pause() -> None:
        with closing(open_store(store_url)) as other, other.writing() as connection:
            gate = Gate(other, ALL_DAY, Witness(tmp_path / "anchors.txt"))
            gate.pause_in(connection, "Grace", "odd scores")
            written.set()
            time.sleep(0.3)

    with closing(open_store(store_url)) as database, ThreadPoolExecutor(1) as pool:
        gate = Gate(database, ALL_DAY, Witness(tmp_path / "anchors.txt"))
        gate.open_first("Ada")
        with client_of(service_of(cache, database, gate)) as client:
            paused = pool.submit(pause)
            written.wait()
            told = client.get(STATE).json()
        paused.result()
    assert (told["state"], told["by"], told["reason"]) == ("stopped", "Grace", "odd scores")


def test_without_keys_one_cannot_be_two(counter: Counter) -> None:
    """Anyone is one: he may stop, and resume only where one is enough."""
    client, gate = counter.client, counter.service.gate
    epoch = client.post(f"{STATE}/stop", json={"reason": "odd scores"}).json()["epoch"]
    asked = client.post(REQUESTS, json={"epoch": epoch, "reason": REASON}).json()
    approval = f"{REQUESTS}/{asked['request_id']}/approval"
    refused = client.post(approval, json={"epoch": epoch})
    assert (refused.status_code, refused.json()["rule"]) == (409, "self-approval")
    assert not gate.state().is_running
