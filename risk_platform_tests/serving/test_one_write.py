"""One write: an answer leaves whole, and whatever is but a head leaves too."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from risk_platform_tests.serving.running import connected, exchange, patiently, request, running
from serving.deadlines import Patience
from serving.one_write import OneWrite

HEAD, BODY = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n", b"{}"


class Noted(asyncio.Transport):
    """A connection that notes each write."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Note it."""
        self.writes.append(bytes(data))

    def close(self) -> None:
        """Note it."""
        self.is_closed = True

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self.is_closed


@pytest.fixture
def noted() -> Noted:
    """Return a connection."""
    return Noted()


def app() -> FastAPI:
    """Return an app of answers with and without bodies."""
    app = FastAPI()

    @app.api_route("/told", methods=["GET", "HEAD"])
    async def told() -> str:
        return "told"

    @app.post("/read")
    async def read(request: Request) -> int:
        return len(await request.body())

    @app.get("/nothing", status_code=204)
    async def nothing() -> None:
        return

    @app.get("/empty")
    async def empty() -> Response:
        return Response(b"")

    @app.get("/pieces")
    async def pieces() -> StreamingResponse:
        async def some() -> AsyncIterator[bytes]:
            for n in range(3):
                yield b"HTTP/1.1 piece %d\r\n\r\n" % n
                await asyncio.sleep(0.01)

        return StreamingResponse(some())

    return app


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Return the port of the app behind our protocol."""
    with running(patiently(app(), Patience())) as at:
        yield at


def test_a_head_and_its_body_leave_in_one_write(noted: Noted) -> None:
    """And so does the next answer of the connection."""
    connection = OneWrite(noted)
    for _ in range(2):
        connection.write(HEAD)
        connection.write(BODY)
    assert noted.writes == [HEAD + BODY] * 2


def test_what_is_no_head_waits_for_nothing(noted: Noted) -> None:
    """Neither a body in pieces nor the word to go on."""
    written = [b"HTTP/1.1 100 Continue\r\n\r\n", HEAD + BODY, b"2\r\n{}\r\n", b"0\r\n\r\n"]
    connection = OneWrite(noted)
    for one in written:
        connection.write(one)
    assert noted.writes == written


def test_a_first_piece_is_not_kept_for_how_it_ends(noted: Noted) -> None:
    """Behind its head it leaves, though both together look like a head."""
    connection = OneWrite(noted)
    connection.write(HEAD)
    connection.write(b"piece\r\n\r\n")
    assert noted.writes == [HEAD + b"piece\r\n\r\n"]


def test_a_head_leaves_before_the_connection_closes(noted: Noted) -> None:
    """Nothing that was written is lost; of a connection that is gone nothing is written."""
    connection = OneWrite(noted)
    connection.write(HEAD)
    connection.close()
    assert (noted.writes, noted.is_closed) == ([HEAD], True)
    connection.write(HEAD)
    connection.close()
    assert noted.writes == [HEAD]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (request("HEAD", "/told"), b"200 OK"),
        (request("GET", "/nothing"), b"204 No Content"),
        (request("GET", "/empty"), b"200 OK"),
    ],
    ids=["asked for its head", "none", "empty"],
)
def test_an_answer_without_a_body_comes(port: int, asked: bytes, status: bytes) -> None:
    """Twice over one connection, as a client does that keeps it."""
    answers = exchange(port, asked * 2)
    assert answers.count(b"HTTP/1.1 " + status) == 2
    assert answers.endswith(b"\r\n\r\n")


def test_an_answer_in_pieces_comes_whole(port: int) -> None:
    """Even where a piece looks like a head."""
    answer = exchange(port, request("GET", "/pieces"))
    assert [b"piece %d" % n in answer for n in range(3)] == [True] * 3
    assert answer.endswith(b"0\r\n\r\n")


def test_who_waits_to_be_told_to_go_on_is_told(port: int) -> None:
    """At once, though it looks like the head of an answer."""
    with connected(port) as connection:
        connection.sendall(request("POST", "/read", "Expect: 100-continue", "Content-Length: 2"))
        assert connection.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(BODY)
        assert connection.recv(65_536).endswith(b"\r\n\r\n2")
