"""What tests of monitoring are handed: a database whose gate is open, and who watches it."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.store import open_store
from risk_platform.orchestration.monitoring.looks import DriftWatch, Pace
from risk_platform_tests.handover import moves


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    """Return a database, of either engine in turn."""
    with closing(open_store(store_url)) as opened:
        yield opened


@pytest.fixture
def gate(database: Database) -> Gate:
    """Return its gate, open all day."""
    return moves.opened(database)


@pytest.fixture
def watch(database: Database, gate: Gate) -> DriftWatch:
    """Return who looks at it."""
    return DriftWatch(database, gate, Pace())
