"""Refusals of the server's own: counted, told and named as those of the app are."""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress

import pytest
from prometheus_client.parser import text_string_to_metric_families

from risk_platform_tests.serving.conftest import OPEN
from risk_platform_tests.serving.running import (
    ask,
    connected,
    everything,
    patiently,
    post,
    running,
    status_of,
    wait_until,
)
from serving.app import create_app
from serving.deadlines import Patience
from serving.logs import JsonLines
from serving.service import ScoringService

HALF = post(b"{}", "Content-Type: application/json", "X-Request-ID: loan-77")[:-1]
SCRAPE = b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
Refused = tuple[bytes, str, str, str]
# What is sent, and by what it is counted: route, class of status, problem.
REFUSED: Mapping[str, Refused] = {
    "nothing at all": (b"", "other", "4xx", "timeout"),
    "half a head": (b"POST /predict HTTP/1.1\r\nX-A: ", "other", "4xx", "timeout"),
    "half a body": (HALF, "/predict", "4xx", "timeout"),
    "too large a head": (b"GET / HTTP/1.1\r\nX-A: " + b"a" * 20_000, "other", "4xx", "too-large"),
    "no HTTP": (b"canary\r\n\r\n", "other", "4xx", "malformed"),
}


@pytest.fixture(scope="module")
def port(service: ScoringService) -> Iterator[int]:
    """Return the port of a service with little patience."""
    with running(patiently(create_app(service, OPEN), Patience(receive_s=0.5))) as at:
        yield at


def counted(port: int) -> Callable[[str, str, str], tuple[float, float]]:
    """Return how often requests of a route and status, and problems of a type, are counted."""
    with closing(connected(port)) as connection:
        connection.sendall(SCRAPE)
        text = everything(connection).partition(b"\r\n\r\n")[2].decode()
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]

    def of(route: str, status: str, problem: str) -> tuple[float, float]:
        requests = {"route": route, "status": status}
        return (
            sum(
                one.value
                for one in samples
                if one.name == "risk_http_requests_total" and requests.items() <= one.labels.items()
            ),
            sum(
                one.value
                for one in samples
                if one.name == "risk_problems_total" and one.labels["type"] == problem
            ),
        )

    return of


@pytest.mark.parametrize("kind", REFUSED)
def test_a_refusal_is_counted_once_told_and_named(
    port: int, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    """By bounded labels; the log has one event of it, under the id that the answer bears."""
    caplog.set_level(logging.INFO, "serving.doors")
    sent, *place = REFUSED[kind]
    before = counted(port)(*place)
    with closing(connected(port)) as connection:
        connection.sendall(sent)
        answer = everything(connection)
    wait_until(lambda: counted(port)(*place) == (before[0] + 1, before[1] + 1))
    told = [json.loads(JsonLines().format(one)) for one in caplog.records]
    (event,) = [one for one in told if one["event"] == "refused"]
    assert "canary" not in json.dumps(told)
    found = re.search(rb"\r\nx-request-id: (\S+)\r\n", answer)
    assert found
    assert event["request_id"] == found[1].decode()
    assert (event["event"], event["level"], event["status"]) == (
        "refused",
        "info",
        status_of(answer),
    )
    assert (event["route"], event["problem"]) == (place[0], place[2])
    assert b"\r\nx-content-type-options: nosniff\r\n" in answer
    assert b"\r\ntraceparent: 00-" in answer


def test_a_request_whose_head_came_keeps_its_id(port: int) -> None:
    """The client finds it again."""
    with closing(connected(port)) as connection:
        connection.sendall(HALF)
        assert b"\r\nx-request-id: loan-77\r\n" in everything(connection)


def test_a_connection_too_many_is_counted(
    service: ScoringService, caplog: pytest.LogCaptureFixture
) -> None:
    """It never sent a byte."""
    caplog.set_level(logging.INFO, "serving.doors")
    config = patiently(create_app(service, OPEN), Patience(per_address=1))
    with running(config) as at:
        with closing(connected(at)), closing(connected(at)) as second:
            assert status_of(everything(second)) == 503
        with suppress(ConnectionError):
            wait_until(lambda: counted(at)("other", "5xx", "overloaded") == (1, 1))
    assert [vars(one)["problem"] for one in caplog.records if hasattr(one, "problem")][:1] == [
        "overloaded"
    ]


def test_who_hangs_up_in_a_body_is_no_failure_of_ours(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    """499 in the log, and no problem of any type."""
    caplog.set_level(logging.INFO)
    before = counted(port)("/predict", "4xx", "internal-error")
    with closing(connected(port)) as connection:
        connection.sendall(HALF)
    after = (before[0] + 1, before[1])
    wait_until(lambda: counted(port)("/predict", "4xx", "internal-error") == after)
    told = [json.loads(JsonLines().format(one)) for one in caplog.records]
    (event,) = [one for one in told if one["event"] == "refused"]
    assert (event["status"], event["problem"], event["level"]) == (499, "", "info")
    assert [one for one in told if one["level"] == "error"] == []
    assert status_of(ask(port, post(b"{}"))) == 200
