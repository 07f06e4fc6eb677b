"""Unreadable: what is raised where Dagster's instance cannot be read."""

from importlib import import_module

import dagster as dg
from sqlalchemy.exc import SQLAlchemyError


def instance_errors() -> tuple[type[Exception], ...]:
    """Return what Dagster's storages raise: databases', files', and those of PostgreSQL's own.

    The last is none of Dagster's errors, and is there where its package is.
    """
    always = (SQLAlchemyError, dg.DagsterError, OSError)
    try:
        of_postgresql = import_module("dagster_postgres.utils")
    except ImportError:
        return always
    return (*always, of_postgresql.DagsterPostgresException)
