"""What tests of the handover share: a bundle's files, a cache, a database of either engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.scoring.bundle import write_bundle
from risk_platform_tests.bundles import small_bundle
from risk_platform_tests.handover import moves
from risk_platform_tests.postgresql import Server, running_server


@pytest.fixture(scope="package")
def bundle_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the files of a small bundle; tests do not change them."""
    folder = tmp_path_factory.mktemp("bundle")
    write_bundle(folder, small_bundle())
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> ModelCache:
    """Return a cache with nothing in it."""
    return ModelCache(tmp_path / "models")


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    """Return an opened database: the same test runs on SQLite and on PostgreSQL."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def own_server() -> Iterator[Server]:
    """Return a server that a test may mistreat."""
    with running_server() as server:
        yield server


@pytest.fixture
def gate(database: Database) -> Gate:
    """Return its gate, opened."""
    return moves.opened(database)


@pytest.fixture
def log(database: Database, gate: Gate) -> DecisionLog:
    """Return its log, while scoring runs."""
    del gate
    return DecisionLog(database)


@pytest.fixture
def anchors_file(tmp_path: Path) -> Path:
    """Return a file of the test's own for anchors."""
    return tmp_path / "elsewhere" / "anchors.txt"


@pytest.fixture
def anchors(anchors_file: Path) -> Anchors:
    """Return the anchors in it."""
    return Anchors(anchors_file)
