"""The statement that commits decisions: it looks at the gate and writes the rows, or none of them.

One statement for all rows, however many: between statements Python hands its lock to other threads
and waits up to 5 ms to have it back, which is what a commit for each row, or a row for each step,
costs most of.
"""

import itertools
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter

import msgspec
from sqlalchemy import Connection, Dialect

from risk_platform.handover.tables import DECISIONS

# All but the number that the database gives.
COLUMNS = tuple(column for column in DECISIONS.c if column.name != "sequence")
_NAMES = tuple(column.name for column in COLUMNS)
_VALUES = attrgetter(*_NAMES)
_INTO = f"INSERT INTO decisions ({', '.join(_NAMES)})"
_IS_OPEN = "gate.id = 1 AND gate.state = 'running'"

Insert = Callable[[Connection, Sequence[object]], int]


def insertion(dialect: Dialect, lock: str = "FOR SHARE") -> Insert:
    """Return how an engine inserts decisions: it tells how many rows it wrote, all or none.

    Parameters
    ----------
    dialect
        SQLite's or PostgreSQL's.
    lock
        How PostgreSQL holds the gate; tests show what comes of not holding it.
    """
    if dialect.name == "sqlite":
        return _insert_values
    types = ", ".join(f"{one.name} {one.type.compile(dialect)}" for one in COLUMNS)
    # The rows travel as one text, which costs Python a fifth of what parameters would. The share
    # lock makes this wait for whoever moves the gate, and see it as that left it: a plain SELECT
    # would see it as it was when the statement began, and commit decisions after a stop.
    statement = (
        f"WITH gate_held AS MATERIALIZED (SELECT 1 FROM gate WHERE {_IS_OPEN} {lock}) {_INTO} "
        f"SELECT given.* FROM gate_held, json_to_recordset(%(rows)s::json) AS given({types})"
    )

    def insert_json(connection: Connection, decisions: Sequence[object]) -> int:
        rows = msgspec.json.encode(decisions).decode()
        return connection.exec_driver_sql(statement, {"rows": rows}).rowcount

    return insert_json


def _insert_values(connection: Connection, decisions: Sequence[object]) -> int:
    """Insert in the one immediate transaction that SQLite's single writer has."""
    values = tuple(itertools.chain.from_iterable(map(_VALUES, decisions)))
    return connection.exec_driver_sql(_values_statement(len(decisions)), values).rowcount


@lru_cache(maxsize=128)
def _values_statement(rows: int) -> str:
    row = f"({', '.join('?' * len(_NAMES))})"
    given = ", ".join([row] * rows)
    return f"{_INTO} SELECT given.* FROM (VALUES {given}) AS given, gate WHERE {_IS_OPEN}"
