"""A server that speaks Kaggle's API and its storage's, as kagglehub 1.0.2 calls them.

kagglehub has no setting for the address of the API; what it offers are environments. Of these
``TEST`` prints every request with its Authorization header, which would spoil a test of leaks, and
``LOCALHOST`` means port 80, which only root may open. So the environment is ``LOCALHOST``, and this
server is the HTTP proxy through which all hosts are reached, as it is in many a bank: any free
port does, and API and storage are two hosts, as they are in earnest.
"""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

TOKEN = "KGAT_fake0123456789"  # noqa: S105 - of nobody
USERNAME, KEY = "anna-analyst", "fake-key-0123456789"
SIGNATURE = "fake-signature-0123456789"
STORAGE = "http://storage.googleapis.test"
API = "/api/v1/datasets.DatasetApiService/"
NEWEST = 3
_BASIC = base64.b64encode(f"{USERNAME}:{KEY}".encode()).decode()
_KNOWN = {f"Bearer {TOKEN}", f"Basic {_BASIC}"}


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for: the API's call or ``storage``, by whom, and from which byte on."""

    call: str
    authorization: str | None
    start: int = 0


@dataclass
class FakeKaggle:
    """What the server holds, how it misbehaves, and what it was asked.

    Parameters
    ----------
    datasets
        Files of each data set, by name.
    private
        Data sets that no account may read.
    needs_account
        Whether who shows no credentials is sent away.
    cuts
        How many bytes each of the next downloads sends before it breaks off.
    status, storage_status
        With which API and storage answer, where it is not 200.
    ignores_range
        Whether storage sends a file from its start to whoever wants the rest.
    md5
        Checksum that storage names; empty for the true one.
    packed
        Names of files that storage keeps as zip, as Kaggle does with large plain ones.
    requests
        All that was asked, in order.
    """

    datasets: dict[str, dict[str, bytes]]
    private: set[str] = field(default_factory=set)
    needs_account: bool = False
    cuts: list[int] = field(default_factory=list)
    status: HTTPStatus = HTTPStatus.OK
    storage_status: HTTPStatus = HTTPStatus.OK
    ignores_range: bool = False
    md5: str = ""
    packed: dict[str, bytes] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    address: str = ""

    @property
    def calls(self) -> list[str]:
        """What was asked, without who and from where."""
        return [request.call for request in self.requests]


class _Handler(BaseHTTPRequestHandler):
    kaggle: FakeKaggle

    def do_POST(self) -> None:
        """Answer a call of the API."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        call = urlsplit(self.path).path.removeprefix(API)
        self._note(call)
        dataset = f"{asked['ownerSlug']}/{asked['datasetSlug']}"
        refused = self._refused(dataset, asked.get("datasetVersionNumber", NEWEST))
        if refused:
            self._say(refused, {"code": refused, "message": refused.phrase})
        elif call == "GetDataset":
            self._say(HTTPStatus.OK, {"ref": dataset, "currentVersionNumber": NEWEST})
        elif call == "ListDatasetFiles":
            files = [{"name": name} for name in self.kaggle.datasets[dataset]]
            self._say(HTTPStatus.OK, {"datasetFiles": files})
        elif asked["fileName"] not in self.kaggle.datasets[dataset]:
            self._say(HTTPStatus.NOT_FOUND, {"code": 404, "message": "Not found"})
        else:
            self._send_to_storage(dataset, asked["fileName"])

    def do_GET(self) -> None:
        """Send a file, or the rest of it."""
        owner, name, file = unquote(urlsplit(self.path).path)[1:].split("/", 2)
        plain = file.removesuffix(".zip")
        files = self.kaggle.datasets[f"{owner}/{name}"]
        body = self.kaggle.packed[plain] if plain in self.kaggle.packed else files[file]
        start = int(re.sub(r"\D", "", self.headers.get("Range", "0")))
        self._note("storage", start)
        if self.kaggle.storage_status is not HTTPStatus.OK:
            self._say(self.kaggle.storage_status, {})
            return
        start = 0 if self.kaggle.ignores_range else start
        cut = self.kaggle.cuts.pop(0) if self.kaggle.cuts else len(body)
        self.send_response(HTTPStatus.PARTIAL_CONTENT if start else HTTPStatus.OK)
        md5 = self.kaggle.md5 or base64.b64encode(hashlib.md5(body).digest()).decode()  # noqa: S324 - GCS's
        self.send_header("x-goog-hash", f"crc32c=AAAAAA==,md5={md5}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        self.close_connection = True
        # Who goes on from where it was cut asks once more, and hangs up on this answer.
        with suppress(ConnectionError):
            self.wfile.write(body[start : start + cut])

    def _refused(self, dataset: str, version: int) -> HTTPStatus | None:
        shown = self.headers.get("Authorization")
        if self.kaggle.status is not HTTPStatus.OK:
            return self.kaggle.status
        if (shown or self.kaggle.needs_account) and shown not in _KNOWN:
            return HTTPStatus.UNAUTHORIZED
        if dataset in self.kaggle.private:
            return HTTPStatus.FORBIDDEN
        is_there = dataset in self.kaggle.datasets and version <= NEWEST
        return None if is_there else HTTPStatus.NOT_FOUND

    def _send_to_storage(self, dataset: str, file: str) -> None:
        ending = ".zip" if file in self.kaggle.packed else ""
        self.send_response(HTTPStatus.FOUND)
        signed = f"{STORAGE}/{dataset}/{file}{ending}?X-Goog-Signature={SIGNATURE}"
        self.send_header("Location", signed)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, status: HTTPStatus, answer: dict[str, object]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _note(self, call: str, start: int = 0) -> None:
        request = Request(call, self.headers.get("Authorization"), start)
        self.kaggle.requests.append(request)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name above
        """Keep quiet."""
        del format, args


@contextmanager
def serving(kaggle: FakeKaggle) -> Iterator[FakeKaggle]:
    """Serve on a free port of loopback, which ``address`` then names."""
    handler = type("Handler", (_Handler,), {"kaggle": kaggle})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        kaggle.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield kaggle
        server.shutdown()
        thread.join()
