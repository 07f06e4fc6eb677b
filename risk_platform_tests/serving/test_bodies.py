"""Bodies on a real socket: whatever comes is refused in our words, and the worker lives on."""

import json
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest
from fastapi.testclient import TestClient

from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.serving.bodies import bodies
from risk_platform_tests.serving.conftest import OPEN
from risk_platform_tests.serving.running import ask, exchange, patiently, post, running, status_of
from risk_platform_tests.serving.stock import stock_app
from serving.app import create_app
from serving.deadlines import Patience
from serving.routes import MOST_BYTES, MOST_BYTES_OF_BATCH
from serving.service import ScoringService

GOOD = json.dumps(dict(EXAMPLES["good"])).encode()
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def port(service: ScoringService) -> Iterator[int]:
    """Return the port of a service on a real socket."""
    config = patiently(create_app(service, OPEN), Patience(receive_s=5))
    with running(config) as at:
        yield at


@pytest.fixture(scope="module")
def over_http(port: int) -> Iterator[httpx.Client]:
    """Return a client of it."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        yield client


def test_no_body_of_the_corpus_is_taken_for_an_application(over_http: httpx.Client) -> None:
    """Each of more than 400 is refused as a problem, and a good one is scored afterwards."""
    corpus = list(bodies())
    assert len(set(corpus)) >= 400
    statuses: Counter[int] = Counter()
    for body in corpus:
        answer = over_http.post("/predict", content=body, headers=JSON)
        assert answer.headers["content-type"] == "application/problem+json", body[:80]
        assert answer.json()["status"] == answer.status_code
        statuses[answer.status_code] += 1
    assert set(statuses) == {400, 422}
    assert over_http.post("/predict", content=GOOD, headers=JSON).status_code == 200


@pytest.mark.parametrize("wrapped", [b"[%b]", b"[{},%b]"])
def test_nor_inside_a_batch(over_http: httpx.Client, wrapped: bytes) -> None:
    """A batch is read as strictly."""
    for body in bodies():
        sent = b'{"applications":' + wrapped.replace(b"%b", body) + b"}"
        answer = over_http.post("/predict/batch", content=sent, headers=JSON)
        assert answer.status_code in {400, 422}, body[:80]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b'{"dti": NaN}', 500),
        (b'{"dti": 1e999}', 500),
        (b'{"emp_title": 1, "\\ud800": 1}', 500),
        (b'{"dti": 1, "dti": 2}', 200),
        ('{"dti": 1}'.encode("utf-16"), 200),
    ],
)
def test_stock_reading_fails_on_the_same_bodies(body: bytes, what: int) -> None:
    """The red control: FastAPI by itself fails on them, or takes them and says nothing."""
    with TestClient(stock_app(), raise_server_exceptions=False) as stock:
        assert stock.post("/predict", content=body, headers=JSON).status_code == what


def test_a_stock_refusal_repeats_what_was_sent() -> None:
    """The red control of what a refusal may say."""
    with TestClient(stock_app()) as stock:
        assert "my secret" in stock.post("/predict", json={"dti": "my secret"}).text


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "",
        "text/plain",
        "application/jsonx",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json, text/plain",
    ],
)
def test_another_kind_of_body_is_refused(over_http: httpx.Client, kind: str | None) -> None:
    """JSON is asked for by name, and in UTF-8."""
    headers = {} if kind is None else {"content-type": kind}
    answer = over_http.post("/predict", content=GOOD, headers=headers)
    assert answer.status_code == 415
    assert answer.json()["type"] == "urn:risk:problem:unsupported-media-type"


def test_two_kinds_at_once_are_refused(port: int) -> None:
    """Neither of them counts."""
    request = post(GOOD, "Content-Type: application/json", "Content-Type: text/plain")
    assert status_of(exchange(port, request)) == 415


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "identity, gzip"])
def test_a_compressed_body_is_refused(over_http: httpx.Client, coding: str) -> None:
    """What it would grow to is not known before it has."""
    headers = JSON | {"content-encoding": coding}
    assert over_http.post("/predict", content=GOOD, headers=headers).status_code == 415


@pytest.mark.parametrize(
    ("path", "most"), [("/predict", MOST_BYTES), ("/predict/batch", MOST_BYTES_OF_BATCH)]
)
def test_a_body_is_refused_one_byte_above_its_limit(
    over_http: httpx.Client, path: str, most: int
) -> None:
    """At the limit it is read."""
    headers = JSON
    fits = over_http.post(path, content=b" " * (most - 2) + b"{}", headers=headers)
    above = over_http.post(path, content=b" " * (most - 1) + b"{}", headers=headers)
    assert fits.status_code in {200, 422}
    assert (above.status_code, above.json()["type"]) == (413, "urn:risk:problem:too-large")


def test_a_body_is_refused_by_what_its_head_tells(port: int) -> None:
    """No byte of it need come, nor is it asked for."""
    head = post(b"", "Content-Type: application/json", "Expect: 100-continue")
    head = head.replace(b"Content-Length: 0", b"Content-Length: 300000000")
    answer = exchange(port, head)
    assert status_of(answer) == 413
    assert b"100 Continue" not in answer


def test_an_endless_body_is_refused_at_its_limit(over_http: httpx.Client) -> None:
    """Its head tells no length, and a piece above the limit ends it."""
    sent = Counter[str]()

    def pieces() -> Iterator[bytes]:
        while sent["pieces"] < 10_000:
            sent["pieces"] += 1
            yield b" " * 8_192

    try:
        answer = over_http.post("/predict", content=pieces(), headers=JSON)
    except httpx.WriteError:
        # The service hung up while it was still being talked to.
        return
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -2\r\n\r\n{}",
        b"POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"POST /predict HTTP/1.1\r\nHo st: 127.0.0.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused(port: int, request_: bytes) -> None:
    """Above all two lengths at once, by which one request hides in another."""
    answer = exchange(port, request_)
    assert status_of(answer) in {0, 400, 403}
    assert ask(port, post(GOOD)).startswith(b"HTTP/1.1 200 ")


def test_the_service_does_not_say_what_it_runs_on(over_http: httpx.Client) -> None:
    """Neither server nor version stands in an answer."""
    assert "server" not in over_http.get("/health/live").headers


@pytest.mark.parametrize(
    "kind",
    ["application/json", "application/json;charset=UTF-8", "Application/JSON; charset=utf-8"],
)
def test_every_way_to_say_json_is_understood(client: TestClient, kind: str) -> None:
    """With a space or without, in small letters or large."""
    assert client.post("/predict", content=b"{}", headers={"content-type": kind}).is_success
