"""Sealing beside the service: what waits is seen in a gauge, and a refusal is said again."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.anchors import Anchors, Head
from risk_platform.handover.log.backlog import Backlog
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.log.seals import Sealer
from risk_platform.handover.store import open_store
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.serving.conftest import client_of
from risk_platform_tests.serving.running import wait_until
from risk_platform_tests.serving.test_metrics import series
from serving.sealing import REFUSED_SECONDS, SEAL_SECONDS, seal_once
from serving.service import ScoringService
from serving.watch import SealLag

HOUR_US = 3_600_000_000


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    """Return a database in which a decision of an hour ago waits."""
    opened = open_store(store_url)
    gate = Gate(opened).open_first("Ada")
    DecisionLog(opened).append([[decision(at_us=gate.at_us - HOUR_US)]])
    yield opened
    opened.close()


def test_what_waits_is_as_old_as_its_oldest_row(database: Database, tmp_path: Path) -> None:
    """Until it is sealed: then nothing waits."""
    lag = SealLag(Backlog(database))
    assert 3_600 <= lag.seconds() < 3_700
    assert seal_once(Sealer(database, Anchors(tmp_path / "anchors.txt"))) == SEAL_SECONDS
    assert lag.seconds() == 0


def test_what_waits_grows_older_while_the_database_is_away(database: Database) -> None:
    """Nothing is sealed either: a gauge that fell to 0 would say all is well."""
    lag = SealLag(Backlog(database))
    before = lag.seconds()
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE seals RENAME TO away"))
    assert lag.seconds() >= before


def test_a_refusal_to_seal_is_said_again(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As an error each time, less often than seals are made; what waits goes on to wait."""
    anchors = Anchors(tmp_path / "anchors.txt")
    anchors.append(Head(9, "9" * 64))
    for _ in range(2):
        assert seal_once(Sealer(database, anchors)) == REFUSED_SECONDS
    said = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.message for record in said] == ["sealing refused"] * 2
    assert "accept-restore" in vars(said[0])["sentence"]
    assert SealLag(Backlog(database)).seconds() > 0


def test_the_age_of_what_waits_is_a_gauge(service: ScoringService) -> None:
    """Of a service beside which nobody seals."""
    with client_of(service) as client:
        wait_until(lambda: series(client.get("/metrics").text)["risk_unsealed_seconds[]"] > 0)
