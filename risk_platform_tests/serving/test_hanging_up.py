"""Hanging up: a client that ends its side of a connection gets what it asked for, no less."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from fastapi import FastAPI, Response
from uvicorn.config import Config

from risk_platform_tests.serving.conftest import OPEN
from risk_platform_tests.serving.running import (
    connected,
    everything,
    exchange,
    patiently,
    post,
    request,
    running,
    status_of,
    wait_until,
)
from serving.app import create_app
from serving.deadlines import Patience
from serving.service import ScoringService

SHORT_S = 1.0
GOOD = post(b"{}")
MANY_BYTES = 20_000_000
UNFINISHED = {
    "in its head": GOOD[:40],
    "before its body": GOOD[:-2],
    "in its body": GOOD[:-1],
    "between two chunks": b"POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
}


@pytest.fixture(scope="module")
def port(service: ScoringService) -> Iterator[int]:
    """Return the port of a service with little patience."""
    patience = Patience(receive_s=2 * SHORT_S, send_s=SHORT_S)
    with running(patiently(create_app(service, OPEN), patience)) as at:
        yield at


def slow_app() -> FastAPI:
    """Return an app that waits before it answers, as for a commit; one answer is large."""
    app = FastAPI()

    @app.get("/slow")
    async def slow() -> str:
        await asyncio.sleep(0.2)
        return "answered"

    @app.get("/large")
    async def large() -> Response:
        return Response(b"x" * MANY_BYTES)

    return app


def test_who_asks_and_hangs_up_is_answered(port: int) -> None:
    """With the whole decision; then the connection is closed, before any patience is at its end."""
    began = time.monotonic()
    answer = exchange(port, GOOD)
    assert status_of(answer) == 200
    assert answer.endswith(b"}")
    assert time.monotonic() - began < SHORT_S


def test_an_answer_that_takes_its_time_is_waited_for() -> None:
    """It is at work while the client hangs up."""
    with running(patiently(slow_app(), Patience())) as at:
        assert exchange(at, request("GET", "/slow")).endswith(b'"answered"')


def test_stock_uvicorn_answers_nothing() -> None:
    """The red control: as it comes, it drops what is at work."""
    with running(Config(slow_app(), log_config=None)) as at:
        assert exchange(at, request("GET", "/slow")) == b""


def test_an_answer_larger_than_what_is_on_the_way_comes_whole() -> None:
    """It is closed behind its last byte."""
    with running(patiently(slow_app(), Patience())) as at:
        assert exchange(at, request("GET", "/large")).count(b"x") == MANY_BYTES


def test_requests_in_a_row_are_all_answered(port: int) -> None:
    """The last as well as the first."""
    assert exchange(port, GOOD * 3).count(b"HTTP/1.1 200 OK") == 3


@pytest.mark.parametrize("left", UNFINISHED)
def test_what_was_not_finished_is_dropped_at_once(port: int, left: str) -> None:
    """No more of it can come."""
    began = time.monotonic()
    assert exchange(port, UNFINISHED[left]) == b""
    assert time.monotonic() - began < SHORT_S


@pytest.mark.parametrize("left", UNFINISHED)
def test_what_was_finished_before_is_answered_yet(port: int, left: str) -> None:
    """And nothing is said of the rest."""
    began = time.monotonic()
    answers = exchange(port, GOOD * 2 + UNFINISHED[left])
    assert answers.count(b"HTTP/1.1 ") == answers.count(b"HTTP/1.1 200 OK") == 2
    assert time.monotonic() - began < SHORT_S


def test_an_idle_connection_is_closed_at_once(port: int) -> None:
    """Be it new, or one that was answered on."""
    for asked in (b"", GOOD):
        with closing(connected(port)) as connection:
            connection.sendall(asked)
            assert not asked or status_of(connection.recv(65_536)) == 200
            began = time.monotonic()
            connection.shutdown(socket.SHUT_WR)
            assert everything(connection) == b""
            assert time.monotonic() - began < SHORT_S / 2


@pytest.mark.parametrize(
    "asked",
    [request("GET", "/large"), request("GET", "/slow") + request("GET", "/large")],
    ids=["one answer", "the second of two"],
)
def test_who_hangs_up_and_does_not_read_is_cut_off(asked: bytes) -> None:
    """An answer that nobody takes does not stay in memory."""
    config = patiently(slow_app(), Patience(send_s=SHORT_S))
    with running(config) as at, closing(connected(at)) as connection:
        connection.sendall(asked)
        connection.shutdown(socket.SHUT_WR)
        protocols = config.http_protocol_class.addresses  # pyright: ignore[reportAttributeAccessIssue]
        wait_until(lambda: protocols["127.0.0.1"] == 1)
        wait_until(lambda: not protocols, 4 * SHORT_S)
