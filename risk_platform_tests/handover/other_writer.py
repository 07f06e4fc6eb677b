"""Another writer, who keeps the gate from everybody else."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from sqlalchemy import URL


@contextmanager
def other_writer(url: URL) -> Iterator[None]:
    """Hold the gate of a PostgreSQL, or all of an SQLite, as long as the block runs."""
    if url.get_backend_name() == "postgresql":
        place = f"host={url.query['host']} user={url.username} dbname={url.database}"
        with psycopg.connect(place) as connection:
            connection.execute("LOCK TABLE gate")
            yield
    else:
        with closing(sqlite3.connect(str(url.database), isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            yield
