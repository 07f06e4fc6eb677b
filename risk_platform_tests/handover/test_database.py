"""The database: brought up to date by whoever opens it, and never waited for longer than 2 s."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from risk_platform.errors.handover import (
    LogUnavailableError,
    NewerDatabaseError,
    UnknownDatabaseError,
)
from risk_platform.handover.database import SERVER_SETTINGS, Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.store import open_store
from risk_platform.handover.tables import METADATA
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.other_writer import other_writer
from risk_platform_tests.postgresql import Server

MOST_SECONDS = 2.0
# Before tests of other files give their own process more time.
AS_SERVED = dict(SERVER_SETTINGS)


def test_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    """Column by column and index by index; what differs would be the next migration."""
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_connection_that_is_in_use_is_closed_when_it_is_not(store_url: str) -> None:
    """Whoever closes the database while somebody reads leaves no connection behind."""
    database = open_store(store_url)
    with database.reading() as connection:
        used = connection.connection.dbapi_connection
        database.close()
        assert connection.execute(text("SELECT 1")).scalar() == 1
    assert used is not None
    with pytest.raises((psycopg.OperationalError, sqlite3.ProgrammingError), match="closed"):
        used.cursor().execute("SELECT 1")


def test_two_that_open_a_new_database_make_it_once(store_url: str) -> None:
    """The second waits for the first, in processes of their own."""
    script = (
        "import sys; from risk_platform.handover.store import open_store; "
        "open_store(sys.argv[1]).close()"
    )
    command = [sys.executable, "-c", script, store_url]
    processes = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    database = open_store(store_url)
    assert Gate(database).state().epoch == 0
    database.close()


def test_a_database_of_a_later_version_is_refused(database: Database, store_url: str) -> None:
    """Its rows may mean something that this code does not know."""
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'v99'"))
    with pytest.raises(NewerDatabaseError, match=r"revision v99.*install the version"):
        open_store(store_url)


def test_a_migration_that_fails_leaves_nothing(store_url: str) -> None:
    """Tables are made all together: here one of that name is in the way of the last."""
    database = Database(store_url)
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE api_secrets (x INTEGER)"))
    with pytest.raises(LogUnavailableError):
        open_store(store_url)
    with database.reading() as connection:
        assert inspect(connection).get_table_names() == ["api_secrets"]
    database.close()


@pytest.mark.parametrize("url", ["mysql://bank/decisions", "decisions.db", ""])
def test_other_databases_are_refused(url: str) -> None:
    """With the two that there are."""
    with pytest.raises(UnknownDatabaseError, match="sqlite:///"):
        Database(url)


@pytest.mark.parametrize("url", ["mysql://risk:s3cret@bank/x", "postgresql//risk:s3cret@bank/x"])
def test_passwords_are_not_said(url: str) -> None:
    """Neither in the refusal of an address, be it well made or not, nor when nobody answers."""
    with pytest.raises(UnknownDatabaseError) as refused:
        Database(url)
    with pytest.raises(LogUnavailableError) as failed:
        open_store("postgresql+psycopg://risk:s3cret@127.0.0.1:9/decisions")
    said = "".join(traceback.format_exception(refused.value))
    assert "s3cret" not in f"{said} {failed.value} {failed.value.__cause__}"


def fails_in_time(append: Callable[[], object]) -> str:
    """Append to a log that cannot be written; return what was said, within two seconds."""
    started = time.monotonic()
    with pytest.raises(LogUnavailableError) as failed:
        append()
    assert time.monotonic() - started < MOST_SECONDS
    return str(failed.value)


def test_a_database_that_others_have_locked_is_given_up(
    database: Database, log: DecisionLog
) -> None:
    """Nothing is written, and once it is free all goes on."""
    log.append([[decision()]])
    with other_writer(database.engine.url):
        said = fails_in_time(lambda: log.append([[decision()]]))
    assert "locked" in said or "timeout" in said
    log.append([[decision()]])
    assert log.count() == 2


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """Nothing of what did not fit is in the log; with room again all goes on."""
    database = open_store(f"sqlite:///{tmp_path / 'decisions.db'}")
    Gate(database).open_first("Ada")
    log = DecisionLog(database)
    with database.statement() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    big = [decision(answer="x" * 100_000)]
    assert "full" in fails_in_time(lambda: log.append([big]))
    assert log.count() == 0
    with database.statement() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 100000")
    log.append([big])
    assert log.count() == 1
    database.close()


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    """As unavailable: the service must not answer."""
    (tmp_path / "decisions.db").write_bytes(b"no database at all" * 100)
    assert "file is not a database" in fails_in_time(
        lambda: open_store(f"sqlite:///{tmp_path / 'decisions.db'}")
    )


@pytest.fixture
def own_log(own_server: Server) -> Iterator[DecisionLog]:
    """Return a log on it, which was written once."""
    database = open_store(own_server.url(own_server.new_database()))
    Gate(database).open_first("Ada")
    log = DecisionLog(database)
    log.append([[decision()]])
    yield log
    database.close()


def backends(server: Server) -> list[int]:
    """Return the processes that serve the log's connections."""
    with psycopg.connect(server.dsn("postgres")) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname LIKE 'risk%' AND pid IS NOT NULL"
        )
        return [row[0] for row in rows]


def test_a_server_that_stands_still_is_given_up(own_server: Server, own_log: DecisionLog) -> None:
    """Its connection is closed, another one made: what hung does not hold up the next."""
    for pid in (stopped := backends(own_server)):
        os.kill(pid, signal.SIGSTOP)
    try:
        assert "timeout" in fails_in_time(lambda: own_log.append([[decision()]]))
        own_log.append([[decision()]])
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    assert own_log.count() >= 2


def test_a_server_that_is_killed_is_said_and_found_again(
    own_server: Server, own_log: DecisionLog
) -> None:
    """What was committed is there once it is back; nobody was told otherwise meanwhile."""
    own_server.stop(signal.SIGKILL)
    for _ in range(3):
        fails_in_time(lambda: own_log.append([[decision()]]))
    own_server.start()
    own_log.append([[decision()]])
    assert own_log.count() == 2


def test_a_stalled_worker_does_not_hold_up_a_stop(
    own_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that stands still while it holds the gate is thrown out within a second."""
    monkeypatch.setattr("risk_platform.handover.database.SERVER_SETTINGS", AS_SERVED)
    database = open_store(own_server.url(own_server.new_database()))
    gate = Gate(database)
    gate.open_first("Ada")
    stalled = Database(str(database.engine.url))
    connection = stalled.engine.connect()
    connection.execute(text("SELECT 1 FROM gate FOR SHARE"))
    started = time.monotonic()
    assert not gate.pause("Grace", "drift").is_running
    assert time.monotonic() - started < 1
    connection.invalidate()
    connection.close()
    stalled.close()
    database.close()
