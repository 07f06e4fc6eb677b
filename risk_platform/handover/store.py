"""Opening the database between platform and service: its tables are brought up to date first."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine.interfaces import ReflectedColumn

from risk_platform.errors.handover import DeniedError, NewerDatabaseError, OlderDatabaseError
from risk_platform.handover.database import Database
from risk_platform.handover.tables import GATE, GATE_EVENTS

# Any number will do that nobody else locks in this database.
_MIGRATING = 7_312_906


def open_store(url: str) -> Database:
    """Open a database, and bring its tables up to date; of two at once the second one waits.

    Raises
    ------
    UnknownDatabaseError, NewerDatabaseError
        It is none of ours, or of a later version of this code.
    OlderDatabaseError
        It lacks tables that this role may not make.
    LogUnavailableError
        It does not answer.
    """
    return _opened(url, bring_up_to_date)


def open_for_gate(url: str) -> Database:
    """Open a database to look at its gate or to stop scoring, be it of whatever version.

    A stop does not wait for an upgrade, nor need the right to one. Tables are brought up to date
    only where the gate is none that this code understands. Raises what ``open_store`` does.
    """

    def only_without_gate(database: Database) -> None:
        _make_folder(database)
        with database.reading() as connection:
            understood = _has_gate(connection)
        if not understood:
            bring_up_to_date(database)

    return _opened(url, only_without_gate)


def _opened(url: str, prepare: Callable[[Database], None]) -> Database:
    database = Database(url)
    with ExitStack() as unless_it_opens:
        unless_it_opens.callback(database.close)
        prepare(database)
        unless_it_opens.pop_all()
    return database


def bring_up_to_date(database: Database) -> None:
    """Make the tables that a database lacks, and change those that are of an earlier version.

    Raises
    ------
    NewerDatabaseError, OlderDatabaseError, LogUnavailableError
        As of ``open_store``.
    """
    _make_folder(database)
    found, wanted = revisions(database)
    if found == wanted:
        return
    try:
        migrate(database)
    except DeniedError as error:
        raise OlderDatabaseError(found, wanted) from error


def revisions(database: Database) -> tuple[str | None, str | None]:
    """Return where its tables stand, and where this code wants them; nothing is changed.

    ``None``: there are no tables. Raises ``NewerDatabaseError``, where this code does not know the
    first, and ``LogUnavailableError``.
    """
    with database.reading() as connection:
        found = _revision(connection)
    if found is not None and not _knows(found):
        raise NewerDatabaseError(found)
    return found, _scripts().get_current_head()


def _make_folder(database: Database) -> None:
    if not database.is_postgresql and (file := database.engine.url.database):
        Path(file).parent.mkdir(parents=True, exist_ok=True)


def _has_gate(connection: Connection) -> bool:
    """Say whether its tables take the rows that this code writes."""
    found = inspect(connection)
    for table in (GATE, GATE_EVENTS):
        if not found.has_table(table.name):
            return False
        columns = {column["name"]: column for column in found.get_columns(table.name)}
        unknown = [columns[name] for name in columns.keys() - table.c.keys()]
        if table.c.keys() - columns.keys() or any(map(_must_be_given, unknown)):
            return False
    return True


def _must_be_given(column: ReflectedColumn) -> bool:
    return not column["nullable"] and column["default"] is None


def migrate(database: Database, upto: str = "head") -> None:
    """Run the steps that the database lacks, up to one.

    Raises
    ------
    NewerDatabaseError
        It knows steps that this code does not.
    """
    with database.writing() as connection:
        if database.is_postgresql:
            for name in ("statement", "lock", "idle_in_transaction_session"):
                connection.execute(text(f"SET LOCAL {name}_timeout = '5min'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:it)"), {"it": _MIGRATING})
        revision = _revision(connection)
        if revision is not None and not _knows(revision):
            raise NewerDatabaseError(revision)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, upto)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "risk_platform.handover:migrations")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _knows(revision: str) -> bool:
    try:
        _scripts().get_revision(revision)
    except CommandError:
        return False
    return True
