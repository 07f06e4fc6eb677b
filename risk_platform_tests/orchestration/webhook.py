"""A webhook: a real server on this machine."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer


class Webhook:
    """A server that keeps what is posted, and answers with the statuses that it is given."""

    def __init__(self) -> None:
        self.statuses = [200]
        self.bodies: list[dict[str, str]] = []
        self.server = HTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook-s3cret"

    def answer(self, body: bytes) -> int:
        """Keep a body and return the next status; the last one is repeated."""
        self.bodies.append(json.loads(body))
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                self.send_response(webhook.answer(self.rfile.read(length)))
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Say nothing."""

        return Handler
