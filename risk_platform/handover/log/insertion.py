"""The statement that commits decisions: it looks at the gate and writes the rows, or none of them.

One statement for all rows, however many: between statements Python hands its lock to other threads
and waits up to 5 ms to have it back, which is what a commit for each row, or a row for each step,
costs most of.
"""

import itertools
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from operator import attrgetter

import msgspec
from sqlalchemy import Connection, Dialect

from risk_platform.handover.database import NOW_US
from risk_platform.handover.tables import DECISIONS

# All but the number that the database gives.
COLUMNS = tuple(column for column in DECISIONS.c if column.name != "sequence")
_NAMES = tuple(column.name for column in COLUMNS)
_VALUES = attrgetter(*_NAMES)
_INTO = f"INSERT INTO decisions ({', '.join(_NAMES)})"
_KEY_ID = _NAMES.index("key_id") + 1
# Where scoring runs, its lease has not ended by the database's clock, and this is no older database
# than one that was seen.
IS_OPEN = (
    "gate.id = 1 AND gate.state = 'running' AND gate.lease_until_us > {now_us} "
    "AND gate.epoch >= {witnessed}"
)

Insert = Callable[[Connection, Sequence[object], int], int]


def insertion(dialect: Dialect, lock: str = "FOR SHARE", is_open: str = IS_OPEN) -> Insert:
    """Return how an engine inserts decisions, at or behind an epoch that is known elsewhere.

    It tells how many rows it wrote: all, or none, or all but those of API keys that are suspended.

    Parameters
    ----------
    dialect
        SQLite's or PostgreSQL's.
    lock
        How PostgreSQL holds the gate; tests show what comes of not holding it.
    is_open
        When the gate is open; tests show what comes of asking less.
    """
    witnessed = "?" if dialect.name == "sqlite" else "%(witnessed)s"
    condition = is_open.format(now_us=NOW_US[dialect.name], witnessed=witnessed)
    if dialect.name == "sqlite":
        return partial(_insert_values, condition)
    types = ", ".join(f"{one.name} {one.type.compile(dialect)}" for one in COLUMNS)
    # The rows travel as one text, which costs Python a fifth of what parameters would. The share
    # lock makes this wait for whoever moves the gate, and see it as that left it: a plain SELECT
    # would see it as it was when the statement began, and commit decisions after a stop.
    statement = (
        f"WITH gate_held AS MATERIALIZED "
        f"(SELECT gate.suspended_keys FROM gate WHERE {condition} {lock}) {_INTO} "
        f"SELECT given.* FROM gate_held, json_to_recordset(%(rows)s::json) AS given({types}) "
        "WHERE strpos(gate_held.suspended_keys, ' ' || given.key_id || ' ') = 0"
    )

    def insert_json(connection: Connection, decisions: Sequence[object], witnessed: int) -> int:
        rows = msgspec.json.encode(decisions).decode()
        given = {"rows": rows, "witnessed": witnessed}
        return connection.exec_driver_sql(statement, given).rowcount

    return insert_json


def _insert_values(
    is_open: str, connection: Connection, decisions: Sequence[object], witnessed: int
) -> int:
    """Insert in the one immediate transaction that SQLite's single writer has."""
    values = (*itertools.chain.from_iterable(map(_VALUES, decisions)), witnessed)
    statement = _values_statement(is_open, len(decisions))
    return connection.exec_driver_sql(statement, values).rowcount


@lru_cache(maxsize=128)
def _values_statement(is_open: str, rows: int) -> str:
    row = f"({', '.join('?' * len(_NAMES))})"
    given = ", ".join([row] * rows)
    return (
        f"{_INTO} SELECT given.* FROM (VALUES {given}) AS given, gate WHERE {is_open} "
        f"AND instr(gate.suspended_keys, ' ' || given.column{_KEY_ID} || ' ') = 0"
    )
