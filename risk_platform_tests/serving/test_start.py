"""Starts that fail: they are told as anything else, line by line, and without what was given."""

import json
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, closing
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from risk_platform.handover.store import open_store
from risk_platform_tests.serving.processes import PATIENCE_SECONDS, Running, process
from risk_platform_tests.serving.running import wait_until
from serving.deadlines import server_options
from serving.doors import Doors
from serving.logs import JsonLines
from serving.metrics import Metrics

CANARY = "canary-of-a-password"


def ended(running: Running) -> str:
    """Wait for the end of a service that cannot start; return all that it told."""
    assert running.process.wait(PATIENCE_SECONDS) == 1
    assert running.told
    return json.dumps(running.told)


def test_wrong_settings_are_named_and_not_repeated(tmp_path: Path) -> None:
    """As pydantic has its errors, they show what was given."""
    url = f"postgresql+psycopg://risk:{CANARY}@bank/decisions"
    with process(tmp_path, production=True, database=url, api_workers="many") as running:
        told = ended(running)
    assert "RISK_API_WORKERS" in told
    assert CANARY[:8] not in told


def test_a_database_of_a_later_version_is_named(tmp_path: Path) -> None:
    """By the sentence that says what to do."""
    with _newer(tmp_path) as running:
        assert "install the version that made it" in ended(running)


def test_a_worker_that_cannot_start_tells_it_so(tmp_path: Path) -> None:
    """Where one process watches over others, which end and are followed by others."""
    with _newer(tmp_path, workers=2) as running:
        wait_until(lambda: "install the version" in json.dumps(running.told), PATIENCE_SECONDS)


def _newer(home: Path, workers: int = 1) -> AbstractContextManager[Running]:
    path = home / "decisions.db"
    open_store(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'v9999'")
    return process(home, api_workers=workers)


def failing() -> FastAPI:
    """Return an app that cannot start, and says something about it that nobody may see."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        raise ValueError(CANARY)
        yield

    return FastAPI(lifespan=lifespan)


@pytest.mark.parametrize("is_ours", [True, False])
def test_an_app_that_cannot_start_is_told_by_class_and_place(
    caplog: pytest.LogCaptureFixture, *, is_ours: bool
) -> None:
    """The red control is the app without doors: the server repeats the error's words."""
    caplog.set_level(logging.INFO)
    app = Doors(failing(), Metrics(), asks_for_keys=False) if is_ours else failing()
    with pytest.raises(SystemExit):
        uvicorn.Server(uvicorn.Config(app, port=0, **server_options())).run()
    told = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert ("ValueError" in told) is True
    assert (CANARY in told) is not is_ours
