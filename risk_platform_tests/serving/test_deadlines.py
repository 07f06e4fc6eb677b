"""Deadlines: who sends or reads too slowly is cut off in time, and who does neither is served."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from fastapi import FastAPI, Response
from uvicorn.config import Config

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
from risk_platform_tests.serving.stock import stock_app
from serving.app import create_app
from serving.deadlines import Patience
from serving.service import ScoringService

SHORT_S = 1.0
GOOD = post(b"{}")
TRICKLES = {
    "nothing at all": b"",
    "blank lines": b"\r\n",
    "a head without end": b"POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ",
    "a body without end": GOOD.replace(b"Length: 2", b"Length: 2000")[:-2],
    "chunks without end": b"POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
}


@pytest.fixture(scope="module")
def port(service: ScoringService) -> Iterator[int]:
    """Return the port of a service with little patience."""
    patience = Patience(receive_s=SHORT_S, send_s=SHORT_S)
    with running(patiently(create_app(service, OPEN), patience)) as at:
        yield at


def trickle(connections: list[socket.socket], until: float, piece: bytes = b"\r\n") -> int:
    """Send a piece on each connection now and then; return how many are still open at the end."""
    still_open = list(connections)
    while still_open and time.monotonic() < until:
        still_open = [one for one in still_open if not _is_closed(one) and _send(one, piece)]
        time.sleep(0.05)
    return len(still_open)


def _send(connection: socket.socket, piece: bytes) -> bool:
    try:
        connection.send(piece)
    except OSError:
        return False
    return True


def _is_closed(connection: socket.socket) -> bool:
    """Whether the other side has closed; an answer that came before is read and left."""
    connection.settimeout(0)
    try:
        return not connection.recv(65_536)
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        connection.settimeout(10)


@pytest.mark.parametrize("kind", TRICKLES)
def test_a_trickling_client_is_cut_off(port: int, kind: str) -> None:
    """However it spreads its bytes, a request has so much time and no more."""
    piece = b"\r\n" if kind == "blank lines" else b"a"
    began = time.monotonic()
    with closing(connected(port)) as connection:
        connection.sendall(TRICKLES[kind])
        if kind == "nothing at all":
            assert status_of(everything(connection)) == 408
        else:
            assert trickle([connection], began + 4 * SHORT_S, piece) == 0
    assert SHORT_S / 2 < time.monotonic() - began < 3 * SHORT_S


def test_200_trickling_clients_do_not_keep_a_good_one_out(port: int) -> None:
    """All of them are closed in time, while each good request is answered."""
    with ExitStack() as stack:
        slow = [stack.enter_context(closing(connected(port))) for _ in range(200)]
        for connection in slow:
            connection.sendall(TRICKLES["a head without end"])
        assert [status_of(ask(port, GOOD)) for _ in range(20)] == [200] * 20
        assert trickle(slow, time.monotonic() + 4 * SHORT_S, b"a") == 0


def test_stock_uvicorn_holds_them_all() -> None:
    """The red control: with uvicorn as it comes none is closed in the same time."""
    config = Config(stock_app(), log_config=None, timeout_keep_alive=1)
    with ExitStack() as stack:
        at = stack.enter_context(running(config))
        slow = [stack.enter_context(closing(connected(at))) for _ in range(200)]
        for connection in slow:
            connection.sendall(TRICKLES["a head without end"])
        assert trickle(slow, time.monotonic() + 4 * SHORT_S, b"a") == 200


def test_a_slow_but_not_too_slow_client_is_served(port: int) -> None:
    """A request in pieces is one request."""
    with closing(connected(port)) as connection:
        for at in range(0, len(GOOD), 40):
            connection.sendall(GOOD[at : at + 40])
            time.sleep(0.02)
        assert status_of(connection.recv(65_536)) == 200


def test_each_request_of_a_connection_has_its_own_time(port: int) -> None:
    """A connection may last longer than a request may take."""
    with closing(connected(port)) as connection:
        for _ in range(4):
            time.sleep(SHORT_S / 2)
            connection.sendall(GOOD)
            assert status_of(connection.recv(65_536)) == 200


def test_requests_in_a_row_are_all_answered(port: int) -> None:
    """Three at once, and a fourth of which the half comes later."""
    with closing(connected(port)) as connection:
        connection.sendall(GOOD * 3 + GOOD[:60])
        time.sleep(0.2)
        connection.sendall(GOOD[60:])
        answers = b""
        while answers.count(b"HTTP/1.1 200 OK") < 4:
            piece = connection.recv(65_536)
            assert piece
            answers += piece


def test_a_head_without_bounds_is_refused(port: int) -> None:
    """Long before its time is over."""
    began = time.monotonic()
    with closing(connected(port)) as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nX-A: " + b"a" * 20_000)
        assert status_of(everything(connection)) == 413
    assert time.monotonic() - began < SHORT_S


def test_an_address_has_so_many_places(service: ScoringService) -> None:
    """One more is refused, and taken again once another is given up."""
    config = patiently(create_app(service, OPEN), Patience(per_address=3))
    with running(config) as at, ExitStack() as stack:
        held = [stack.enter_context(closing(connected(at))) for _ in range(3)]
        for connection in held:
            connection.sendall(GOOD)
            assert status_of(connection.recv(65_536)) == 200
        refusal = ask(at, GOOD)
        assert status_of(refusal) == 503
        assert b"retry-after: 1\r\n" in refusal
        assert b"urn:risk:problem:overloaded" in refusal
        held[0].close()
        wait_until(lambda: status_of(ask(at, GOOD)) == 200)


def test_a_client_that_does_not_read_is_cut_off() -> None:
    """An answer that nobody takes does not stay in memory."""
    app = FastAPI()
    body = b"x" * 20_000_000

    @app.get("/")
    async def large() -> Response:
        return Response(body)

    config = patiently(app, Patience(send_s=SHORT_S))
    with running(config) as at, closing(connected(at)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        protocols = config.http_protocol_class.addresses  # pyright: ignore[reportAttributeAccessIssue]
        wait_until(lambda: protocols["127.0.0.1"] == 1)
        wait_until(lambda: not protocols, 4 * SHORT_S)
