"""The store between platform and service, opened and closed for one command."""

from collections.abc import Iterator
from contextlib import contextmanager

from risk_platform.handover.database import Database
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings


@contextmanager
def store_of(settings: Settings) -> Iterator[Database]:
    """Give the database that the settings name, with its tables up to date."""
    database = open_store(settings.database_url)
    try:
        yield database
    finally:
        database.close()
