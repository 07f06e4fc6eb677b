"""The database between platform and service: SQLite or PostgreSQL, bounded in every wait.

What a driver raises leaves here as one error of ours, within two seconds: nobody may wait longer
for a decision to be logged.
"""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from risk_platform.errors.handover import (
    DeniedError,
    LogUnavailableError,
    UnknownDatabaseError,
)
from risk_platform.handover.clock import now_us

# What tells the database's time, as ``clock.now_us`` does a process's. PostgreSQL's own clock: not
# when the transaction began, but now. SQLite has none but that of the process that it works in.
NOW_US = {
    "postgresql": "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
    "sqlite": "now_us()",
}
# Of the two seconds that a caller waits at most: the database's own limit, and what is left to
# notice that it does not keep it.
STATEMENT_SECONDS = 1.0
ANSWER_SECONDS = 1.5
_MILLISECONDS = int(STATEMENT_SECONDS * 1_000)
# What each connection to a server asks of it, in milliseconds where it is a time.
SERVER_SETTINGS = {
    "statement_timeout": _MILLISECONDS,
    "lock_timeout": _MILLISECONDS,
    # A worker that stands still in a transaction must not hold up whoever stops scoring: it is
    # thrown out before he gives up.
    "idle_in_transaction_session_timeout": _MILLISECONDS * 3 // 4,
    "synchronous_commit": "on",
}
_PRAGMAS = {
    "busy_timeout": _MILLISECONDS,
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
}
_LOOKING_OFTEN = Retrying(
    retry=retry_if_exception_type(OperationalError),
    stop=stop_after_delay(STATEMENT_SECONDS),
    wait=wait_fixed(0.0002),
    reraise=True,
)
_Given = TypeVar("_Given")


class _BoundedConnection(psycopg.Connection[Any]):
    """A connection to a server that may stand still: then no limit of the server's helps."""

    def wait(
        self, gen: PQGen[_Given], interval: float = 0.1, timeout: float | None = ANSWER_SECONDS
    ) -> _Given:
        """Wait for an answer; a connection that failed is given up, whatever became of it."""
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError:
            self.close()
            raise


class Database:
    """Where decisions, the gate and API keys are kept.

    Parameters
    ----------
    url
        ``sqlite:///…`` or ``postgresql+psycopg://…``.

    Raises
    ------
    UnknownDatabaseError
        It is neither.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except ArgumentError:
            # Not as it is, nor with what the driver says of it: a password may stand before the @.
            raise UnknownDatabaseError(url.rpartition("@")[2]) from None
        makers = {"sqlite": _sqlite, "postgresql": _postgresql}
        if parsed.get_backend_name() not in makers:
            raise UnknownDatabaseError(parsed.render_as_string())
        self.engine = makers[parsed.get_backend_name()](url)
        self._is_closed = False
        event.listen(self.engine, "checkin", self._give_up)
        self._autocommitting = (
            self.engine.execution_options(isolation_level="AUTOCOMMIT")
            if self.is_postgresql
            else self.engine
        )

    @property
    def is_postgresql(self) -> bool:
        """Whether a server keeps it, rather than a file."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def statement(self) -> Generator[Connection]:
        """Give a connection on which each statement is committed when it is done.

        Raises
        ------
        LogUnavailableError
            The database is away, hung, locked or full; ``DeniedError``, where the role lacks a
            right. So do the other two.
        """
        with _answering(), self._autocommitting.connect() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Give a connection that writes nothing; on SQLite all is read of one moment.

        On PostgreSQL each statement sees what is committed by then, as READ COMMITTED does within a
        transaction too: there is none that a slow reader could be thrown out of.
        """
        with _answering(), self._autocommitting.connect() as connection:
            if not self.is_postgresql:
                connection.exec_driver_sql("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Give a transaction that is committed at the end of the block.

        On SQLite it waits for its turn before it reads anything: what it saw is still so when it
        writes.
        """
        with _answering(), self.engine.begin() as connection:
            if not self.is_postgresql:
                _begin_immediate(connection)
            yield connection

    def close(self) -> None:
        """Give up all connections: those that are in use, as soon as they are not."""
        self._is_closed = True
        self.engine.dispose()

    def _give_up(self, connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        """Close what comes back too late: the pool that it goes to is not looked after any more."""
        del connection
        if self._is_closed:
            record.invalidate()


@contextmanager
def _answering() -> Generator[None]:
    """Say in one class of error that the database failed; what breaks a rule of ours passes."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeoutError) as error:
        if isinstance(error, DBAPIError) and isinstance(error.orig, InsufficientPrivilege):
            raise DeniedError(_said(error)) from error
        raise LogUnavailableError(_said(error)) from error


def _said(error: DBAPIError | PoolTimeoutError) -> str:
    """Return what a driver said, without what may show values of a row."""
    if isinstance(error, DBAPIError) and not isinstance(error, OperationalError):
        # Of a file that is damaged, or none of its own, SQLite says so in words that never change.
        of_the_file = type(error.orig) is sqlite3.DatabaseError
        return str(error.orig) if of_the_file else type(error.orig).__name__
    said = error.orig if isinstance(error, DBAPIError) else error
    return str(said).partition("\n")[0]


def _begin_immediate(connection: Connection) -> None:
    """Become SQLite's one writer, ahead of those who append.

    They wait as SQLite does, ever longer between two looks: whoever did the same to stop scoring
    would wait for longer than he may.
    """
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        for attempt in _LOOKING_OFTEN:
            with attempt:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_MILLISECONDS}")


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, pool_timeout=STATEMENT_SECONDS)

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:  # pyright: ignore[reportUnusedFunction]
        del record
        # The driver would begin transactions when it sees fit, and as readers.
        connection.isolation_level = None
        cast("sqlite3.Connection", connection).create_function("now_us", 0, now_us)
        cursor = connection.cursor()
        for name, value in _PRAGMAS.items():
            cursor.execute(f"PRAGMA {name} = {value}")
        cursor.close()

    return engine


def _postgresql(url: str) -> Engine:
    settings = " ".join(f"-c {name}={value}" for name, value in SERVER_SETTINGS.items())
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_timeout=STATEMENT_SECONDS,
        connect_args={
            "options": settings,
            "connect_timeout": 1,
            "tcp_user_timeout": int(ANSWER_SECONDS * 1_000),
        },
    )

    @event.listens_for(engine, "do_connect")
    def _connect(  # pyright: ignore[reportUnusedFunction]
        dialect: object, record: object, arguments: list[str], options: dict[str, Any]
    ) -> psycopg.Connection[Any]:
        del dialect, record
        return _BoundedConnection.connect(*arguments, **options)

    return engine
