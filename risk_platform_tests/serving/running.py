"""A service on a real socket, in a thread of the tests; and raw sockets to it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import Config

from serving.deadlines import Patience, server_options, with_patience

DEADLINE_S = 20.0


def patiently(app: ASGIApp, patience: Patience) -> Config:
    """Return how an app is served with our protocol, of another patience."""
    return Config(app, **server_options(with_patience(patience)))


@contextmanager
def running(config: Config) -> Iterator[int]:
    """Run a server, and stop it at the end of the block; give its port."""
    with closing(socket.socket()) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", 0))
        config.timeout_graceful_shutdown = 1
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            wait_until(lambda: server.started)
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(DEADLINE_S)
    assert not thread.is_alive()


def wait_until(condition: object, seconds: float = DEADLINE_S) -> None:
    """Wait until a condition holds; fail the test where it does not come to."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"it did not come to be within {seconds} seconds")
        time.sleep(0.01)


def connected(port: int) -> socket.socket:
    """Return a connection whose calls end within the deadline."""
    return socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_S)


def request(method: str, path: str, *headers: str) -> bytes:
    """Return a request, or its head where a body follows, as bytes."""
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", "")).encode()


def post(body: bytes, *headers: str, path: str = "/predict") -> bytes:
    """Return a request of an application as bytes."""
    kind = headers or ("Content-Type: application/json",)
    return request("POST", path, *kind, f"Content-Length: {len(body)}") + body


def exchange(port: int, asked: bytes) -> bytes:
    """Send a request on a connection of its own; return all that comes until it is closed."""
    with closing(connected(port)) as connection:
        connection.sendall(asked)
        connection.shutdown(socket.SHUT_WR)
        return everything(connection)


def ask(port: int, asked: bytes) -> bytes:
    """Send a request on a connection of its own, and wait for its answer before hanging up."""
    with closing(connected(port)) as connection:
        connection.sendall(asked)
        return connection.recv(65_536)


def everything(connection: socket.socket) -> bytes:
    """Return all that comes until the other side closes."""
    pieces: list[bytes] = []
    try:
        while piece := connection.recv(65_536):
            pieces.append(piece)
    except ConnectionResetError:
        pass
    return b"".join(pieces)


def status_of(answer: bytes) -> int:
    """Return the status of an answer; 0: there is none."""
    head = answer.split(b"\r\n", 1)[0].split()
    return int(head[1]) if len(head) > 1 else 0
