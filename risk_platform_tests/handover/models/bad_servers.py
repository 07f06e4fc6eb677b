"""Registries that fail over HTTP: silent, ill, slow without end, or cut off within a file."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from risk_platform.scoring.bundle_files import bundle_digest

ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"


@contextmanager
def closed_port() -> Iterator[str]:
    """Give an address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@contextmanager
def silent() -> Iterator[str]:
    """Give an address that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as its base has it
        """Say nothing."""


class _Ill(_Handler):
    def do_GET(self) -> None:
        """Answer 500."""
        self.send_error(500)


class _Slow(_Handler):
    def do_GET(self) -> None:
        """Send a byte every tenth of a second until the other side or the test ends."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        over: threading.Event = cast("Any", self.server).over
        try:
            while not over.wait(0.1):
                self.wfile.write(b" ")
        except OSError:
            return


class _Version(_Handler):
    def __init__(self, folder: Path, share: float, *given: Any) -> None:
        self._folder, self._share = folder, share
        super().__init__(*given)

    def do_GET(self) -> None:
        """Tell of version 1 and its files, and close the line after a share of each file."""
        at = urlsplit(self.path)
        if at.path.startswith(f"{ARTIFACTS}/"):
            self._send((self._folder / at.path.rpartition("/")[2]).read_bytes(), self._share)
        elif at.path == ARTIFACTS:
            inner = [{"path": f.name, "is_dir": False} for f in self._folder.iterdir()]
            self._send(json.dumps({"files": inner}).encode())
        else:
            assert parse_qs(at.query)["name"] == ["credit-pd"]
            self._send(json.dumps({"model_version": self._version()}).encode())

    def _version(self) -> dict[str, object]:
        tag = {"key": "bundle_digest", "value": bundle_digest(self._folder)}
        source = "mlflow-artifacts:/bundle"
        return {"name": "credit-pd", "version": "1", "source": source, "tags": [tag]}

    def _send(self, content: bytes, share: float = 1.0) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: int(share * len(content))])
        self.close_connection = True


@contextmanager
def _running(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        over = cast("Any", server).over = threading.Event()
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            over.set()
            server.shutdown()
            thread.join()


def ill() -> Any:
    """Give an address that answers 500 to everything."""
    return _running(_Ill)


def slow() -> Any:
    """Give an address that answers a byte at a time, and never ends."""
    return _running(_Slow)


def telling_of(folder: Path, share: float) -> Any:
    """Give an address that tells of version 1, a bundle, and sends a share of each file."""
    return _running(partial(_Version, folder, share))
