"""What tests of the handover are handed: a database of either engine, its log, an open gate."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from risk_platform.handover.anchors import Anchors
from risk_platform.handover.database import Database
from risk_platform.handover.decisions import DecisionLog
from risk_platform.handover.gate import Gate
from risk_platform.handover.store import open_store


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    """Return an opened database: the same test runs on SQLite and on PostgreSQL."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def gate(database: Database) -> Gate:
    """Return its gate, opened."""
    gate = Gate(database)
    gate.open_first("Ada")
    return gate


@pytest.fixture
def log(database: Database, gate: Gate) -> DecisionLog:
    """Return its log, while scoring runs."""
    del gate
    return DecisionLog(database)


@pytest.fixture
def anchors(tmp_path: Path) -> Anchors:
    """Return anchors in a file of the test's own."""
    return Anchors(tmp_path / "elsewhere" / "anchors.txt")
