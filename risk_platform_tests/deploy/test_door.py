"""The control tower's door: nginx, as it is configured, before pages that listen on loopback."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from risk_platform.commands.ports import free_port
from risk_platform_tests.deploy.programs import DEPLOY, program, started
from risk_platform_tests.deploy.test_composition import CONTAINERS
from risk_platform_tests.waiting import wait_for

HOST = "127.0.0.1"
CONFIGURED = DEPLOY / "tower" / "nginx.conf"


class Pages(BaseHTTPRequestHandler):
    """Pages that say by which words they were asked."""

    def do_GET(self) -> None:
        """Say it."""
        told = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing else."""
        del format, args


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the door, at other ports than in its container."""
    folder, port = tmp_path_factory.mktemp("door"), free_port(HOST, 0)
    name, *options = CONTAINERS["door"]["command"]
    with ThreadingHTTPServer((HOST, 0), Pages) as pages:
        threading.Thread(target=pages.serve_forever).start()
        try:
            file = placed(folder, port, pages.server_port)
            command = [program(name), *options, "-c", str(file)]
            with started(command, folder / "nginx.log"):
                wait_for(f"http://{HOST}:{port}/")
                yield f"http://{HOST}:{port}"
        finally:
            pages.shutdown()


def placed(folder: Path, port: int, behind: int) -> Path:
    """Write the configuration as it is committed, for other ports and a folder of its own."""
    text = CONFIGURED.read_text()
    for there, here in (
        ("listen 8080;", f"listen {HOST}:{port};"),
        ("http://127.0.0.1:8501;", f"http://{HOST}:{behind};"),
        (" /tmp/", f" {folder}/"),
    ):
        assert there in text
        text = text.replace(there, here)
    file = folder / "nginx.conf"
    file.write_text(text)
    return file


def asked(door: str, **headers: str) -> dict[str, Any]:
    """Return how pages were asked by who asked at the door."""
    return httpx.get(door, headers=headers, timeout=30).json()


def test_pages_know_by_which_name_they_were_asked(door: str) -> None:
    """They let in a websocket only from a page of the same name."""
    assert asked(door, Host="tower.bank:8501")["host"] == "tower.bank:8501"


def test_a_websocket_is_let_through(door: str) -> None:
    """Over which pages are drawn; any other request stays a plain one."""
    upgraded = asked(door, Upgrade="websocket", Connection="Upgrade")
    assert (upgraded["upgrade"], upgraded["connection"]) == ("websocket", "upgrade")
    assert "upgrade" not in asked(door)


def test_the_door_leads_to_the_tower() -> None:
    """It shares the tower's network, whose published port is the door's."""
    assert CONTAINERS["door"]["network_mode"] == "service:tower"
    assert CONTAINERS["tower"]["ports"] == ["127.0.0.1:8501:8080"]
    assert f"./tower/{CONFIGURED.name}:/etc/nginx/nginx.conf:ro" in CONTAINERS["door"]["volumes"]
