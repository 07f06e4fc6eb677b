"""Opening the database between platform and service: its tables are brought up to date first."""

from contextlib import ExitStack
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from risk_platform.errors.handover import NewerDatabaseError
from risk_platform.handover.database import Database

# Any number will do that nobody else locks in this database.
_MIGRATING = 7_312_906


def open_store(url: str) -> Database:
    """Open a database, and bring its tables up to date; of two at once the second one waits.

    Raises
    ------
    UnknownDatabaseError, NewerDatabaseError
        It is none of ours, or of a later version of this code.
    LogUnavailableError
        It does not answer.
    """
    database = Database(url)
    with ExitStack() as unless_it_opens:
        unless_it_opens.callback(database.close)
        _bring_up_to_date(database)
        unless_it_opens.pop_all()
    return database


def _bring_up_to_date(database: Database) -> None:
    if not database.is_postgresql and (file := database.engine.url.database):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    with database.reading() as connection:
        is_current = _revision(connection) == _scripts().get_current_head()
    if not is_current:
        migrate(database)


def migrate(database: Database) -> None:
    """Run the steps that the database lacks.

    Raises
    ------
    NewerDatabaseError
        It knows steps that this code does not.
    """
    with database.writing() as connection:
        if database.is_postgresql:
            for name in ("statement_timeout", "lock_timeout"):
                connection.execute(text(f"SET LOCAL {name} = '5min'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:it)"), {"it": _MIGRATING})
        revision = _revision(connection)
        if revision is not None and not _knows(revision):
            raise NewerDatabaseError(revision)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


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
