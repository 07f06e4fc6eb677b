"""A server that speaks S3, on this machine; and a front of it that can fail."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import fsspec
import httpx
from fsspec import AbstractFileSystem
from moto.server import ThreadedMotoServer

BUCKET = "platform"
# The server asks for some, and takes any.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}


@contextmanager
def object_store() -> Iterator[str]:
    """Run a server with one bucket, and give its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with suppress(FileExistsError):  # all servers of a process share what they hold
        client(f"http://{host}:{port}").mkdir(BUCKET)
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def client(address: str) -> AbstractFileSystem:
    """Return a client of a server."""
    return fsspec.filesystem(
        "s3",
        key=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        secret=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        endpoint_url=address,
        use_listings_cache=False,
    )


class Front:
    """A server before another, which passes on what it is asked unless it has a fault.

    Parameters
    ----------
    behind
        Address of the other.

    Attributes
    ----------
    fault
        A status to answer with; or "hang up", without an answer, or "cut", in the middle of one.
        None: no fault.
    """

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self.fault: int | str | None = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        """Answer a request."""
        length = int(asked.headers.get("Content-Length") or 0)
        body = asked.rfile.read(length)
        asked.close_connection = True
        if self.fault == "hang up":
            return
        if isinstance(self.fault, int):
            asked.send_error(self.fault)
            return
        told = httpx.request(
            asked.command,
            self.behind + asked.path,
            headers=dict(asked.headers),
            content=body,
            trust_env=False,
        )
        asked.send_response(told.status_code)
        for name in told.headers:
            if name not in {"connection", "transfer-encoding"}:
                asked.send_header(name, told.headers[name])
        asked.end_headers()
        if asked.command != "HEAD":
            asked.wfile.write(told.content[: -1 if self.fault == "cut" else None])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                front.answer(self)

            do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815 - their names

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Say nothing."""

        return Handler


@contextmanager
def front_of(address: str) -> Iterator[Front]:
    """Run a front of a server."""
    front = Front(address)
    thread = threading.Thread(target=front.server.serve_forever)
    thread.start()
    try:
        yield front
    finally:
        front.server.shutdown()
        thread.join()
        front.server.server_close()
