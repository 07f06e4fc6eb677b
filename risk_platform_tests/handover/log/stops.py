"""Stops under load, and what the database says was committed between a stop and the next resume.

Answers cannot show that: a decision that commits a moment after a stop looks like one that was
asked for a moment before.
"""

import threading
import time
from collections.abc import Callable

from sqlalchemy import text

from risk_platform.errors.handover import LogUnavailableError, ServingStoppedError
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.decisions import Decision
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.moves import ALL_DAY, resumed, surely

WRITERS = 8
ROWS = 20
Append = Callable[[list[Decision]], object]

# A transaction of SQLite's can tell what was committed before it; there is one at a time.
_WITNESS = (
    "CREATE TABLE witness (epoch INTEGER, state TEXT, decisions INTEGER)",
    """CREATE TRIGGER witnessed AFTER INSERT ON gate_events
        WHEN NEW.action IN ('stopped', 'resumed') BEGIN
        INSERT INTO witness SELECT NEW.epoch, NEW.state, count(*) FROM decisions;
    END""",
)
_LATE_SQLITE = """
    SELECT sum(resumed.decisions - stopped.decisions)
    FROM witness AS stopped JOIN witness AS resumed ON resumed.epoch = stopped.epoch + 1
    WHERE stopped.state = 'stopped'
"""
# Of PostgreSQL's only the commit timestamps tell.
_LATE_POSTGRESQL = """
    WITH commits AS MATERIALIZED (
        SELECT pg_xact_commit_timestamp(xmin) AS at, count(*) AS decisions
        FROM decisions GROUP BY 1
    ), moves AS MATERIALIZED (
        SELECT epoch, state, pg_xact_commit_timestamp(xmin) AS at FROM gate_events
        WHERE action IN ('stopped', 'resumed')
    )
    SELECT coalesce(sum(decisions), 0)
    FROM moves AS stopped JOIN moves AS resumed ON resumed.epoch = stopped.epoch + 1
    JOIN commits ON commits.at > stopped.at AND commits.at < resumed.at
    WHERE stopped.state = 'stopped'
"""


def watch_commits(database: Database) -> None:
    """Have a database note what was committed when; PostgreSQL, as tests start it, does."""
    if not database.is_postgresql:
        with database.writing() as connection:
            for statement in _WITNESS:
                connection.execute(text(statement))


def late_decisions(database: Database) -> int:
    """Return how many decisions were committed between a stop and the next resume."""
    with database.reading() as connection:
        late = _LATE_POSTGRESQL if database.is_postgresql else _LATE_SQLITE
        return connection.execute(text(late)).scalar_one()


def stop_under_load(database: Database, append: Append, stops: int) -> tuple[int, list[float]]:
    """Stop scoring again and again while eight writers append.

    Returns
    -------
    tuple of int and list of float
        How many decisions were committed while scoring was stopped, and how many seconds each stop
        took.
    """
    watch_commits(database)
    gate, ended, written = Gate(database, ALL_DAY), threading.Event(), [0] * WRITERS

    def write(writer: int) -> None:
        while not ended.is_set():
            try:
                append([decision() for _ in range(ROWS)])
            except (ServingStoppedError, LogUnavailableError):
                continue
            written[writer] += 1

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        took = [_stop_once(gate, written) for _ in range(stops)]
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    return late_decisions(database), took


def _stop_once(gate: Gate, written: list[int]) -> float:
    """Let writers write, stop them, give them time to break the rule, and let them write again."""
    before, deadline = sum(written), time.monotonic() + 20
    while sum(written) < before + WRITERS and time.monotonic() < deadline:
        time.sleep(0.001)
    assert sum(written) > before, "nobody writes"
    started = time.monotonic()
    surely(lambda: gate.pause("Grace", "a drill"))
    took = time.monotonic() - started
    time.sleep(0.02)  # for those who slip through: there is nothing to wait for where none does
    surely(lambda: resumed(gate))
    return took
