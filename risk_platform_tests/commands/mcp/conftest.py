"""A scoring service that wants keys, and an assistant's client of the server that asks it."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, Tool

from risk_platform.commands.mcp.server import RecordingServer, server_of
from risk_platform.handover.access.keys import Keys
from risk_platform.handover.access.roles import Role
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.serving.processes import service

CALLING = "from risk_platform.cli import main; main()"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A service, and what an assistant needs to ask it.

    Attributes
    ----------
    home, url
        Of the service.
    reader, operator
        Secrets of keys: of the roles ``read`` and ``score``, and of ``operate`` and ``resume``.
    """

    home: Path
    url: str
    reader: str
    operator: str

    def asked(self, path: str) -> Any:
        """Return what the service itself answers."""
        headers = {"Authorization": f"Bearer {self.operator}"}
        if not path.startswith("/serving-state"):
            headers = {"Authorization": f"Bearer {self.reader}"}
        return httpx.get(self.url + path, headers=headers, timeout=30).json()


@dataclass(frozen=True, kw_only=True)
class Assistant:
    """An assistant, for each of whose conversations there is a server.

    Attributes
    ----------
    told
        What the server is told, by the names of settings.
    starts
        Whether the server is a process of its own, as it is in life; otherwise one of ours.
    """

    told: Mapping[str, str]
    starts: bool = False

    def call(self, tool: str, **arguments: object) -> Any:
        """Call a tool that answers, and return what it answers."""
        result = self.result(tool, **arguments)
        assert not result.is_error, result.content
        return result.structured_content

    def refused(self, tool: str, **arguments: object) -> str:
        """Call a tool that refuses, and return what it says."""
        result = self.result(tool, **arguments)
        assert result.is_error
        return "".join(getattr(part, "text", "") for part in result.content)

    def result(self, tool: str, **arguments: object) -> CallToolResult:
        """Call a tool."""
        return self._converse(lambda client: client.call_tool(tool, arguments))

    @property
    def tools(self) -> dict[str, Tool]:
        """What is offered."""
        return {tool.name: tool for tool in self._converse(lambda one: one.list_tools()).tools}

    @property
    def home(self) -> Path:
        """Where the server writes its calls down."""
        return Path(self.told["home"])

    @property
    def calls(self) -> Sequence[dict[str, Any]]:
        """What was written down."""
        file = self.home / "mcp" / "calls.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()]

    def _converse(self, act: Callable[[Client], Awaitable[Any]]) -> Any:
        async def conversation() -> Any:
            async with Client(self._server(), read_timeout_seconds=120) as client:
                return await act(client)

        return asyncio.run(conversation())

    def _server(self) -> RecordingServer | StdioServerParameters:
        if not self.starts:
            settings = Settings.model_validate(self.told)
            return server_of(settings, settings.api_url)
        environment = {f"RISK_{name.upper()}": value for name, value in self.told.items()}
        environment["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")
        return StdioServerParameters(
            command=sys.executable, args=["-c", CALLING, "mcp"], env=environment
        )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a service that runs, with a small champion."""
    home = tmp_path_factory.mktemp("home")
    bring(ModelCache(Settings(home=home).models_folder), small_bundle(), 1)
    with closing(open_store(f"sqlite:///{home / 'decisions.db'}")) as database:
        reader = Keys(database).create("assistant", [Role.READ, Role.SCORE])
        operator = Keys(database).create("operator", [Role.OPERATE, Role.RESUME])
    with service(home, auth="keys") as running:
        running.client.headers["Authorization"] = f"Bearer {reader}"
        running.wait_until_ready()
        yield Desk(home=home, url=str(running.client.base_url), reader=reader, operator=operator)


@pytest.fixture
def assistant(desk: Desk, tmp_path: Path) -> Assistant:
    """Return an assistant without an operator's key."""
    return assistant_of(desk, tmp_path)


def assistant_of(desk: Desk, home: Path, **further: str) -> Assistant:
    """Return an assistant of a service, with what else its server is told."""
    told = {
        "home": str(home),
        "user": "Ada",
        "api_port": desk.url.rpartition(":")[2].strip("/"),
        "mcp_key": desk.reader,
    }
    return Assistant(told=told | further)
