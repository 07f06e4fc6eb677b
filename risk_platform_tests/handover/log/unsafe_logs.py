"""Unsafe twins of the log: they look at the gate, and decisions pass it all the same."""

import time

from sqlalchemy import select, text

from risk_platform.errors.handover import ServingStoppedError
from risk_platform.handover.database import Database
from risk_platform.handover.log.decisions import Decision
from risk_platform.handover.log.insertion import IS_OPEN, insertion
from risk_platform.handover.tables import DECISIONS, GATE
from risk_platform_tests.handover.log.stops import Append

_LOCK = 4_711


def looking_first(database: Database) -> Append:
    """Return an unsafe twin: it looks at the gate, and then writes."""

    def append(decisions: list[Decision]) -> None:
        with database.reading() as connection:
            state = connection.execute(select(GATE.c.state)).scalar_one()
        if state != "running":
            raise ServingStoppedError(0, 0, "")
        # As long as a busy machine may take to come to the next line.
        time.sleep(0.005)
        with database.writing() as connection:
            rows = [
                {name: getattr(one, name) for name in Decision.__struct_fields__}
                for one in decisions
            ]
            connection.execute(DECISIONS.insert(), rows)

    return append


def without_the_lock(database: Database) -> Append:
    """Return an unsafe twin: one statement that looks and writes, and does not hold the gate."""
    insert = insertion(database.engine.dialect, lock="")

    def append(decisions: list[Decision]) -> None:
        with database.statement() as connection:
            if not insert(connection, decisions, 0):
                raise ServingStoppedError(0, 0, "")

    return append


def with_an_advisory_lock(database: Database) -> Append:
    """Return an unsafe twin: its statement takes a lock that whoever moves the gate takes too."""
    locks = f"pg_advisory_xact_lock_shared({_LOCK}) IS NOT NULL AND {IS_OPEN}"
    insert = insertion(database.engine.dialect, lock="", is_open=locks)

    def append(decisions: list[Decision]) -> None:
        with database.statement() as connection:
            if not insert(connection, decisions, 0):
                raise ServingStoppedError(0, 0, "")

    return append


def let_movers_lock(database: Database) -> None:
    """Have whoever moves the gate wait for those who append, and them for him."""
    with database.writing() as connection:
        for statement in (
            f"""CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_advisory_xact_lock({_LOCK}); RETURN NEW; END $$""",
            "CREATE TRIGGER held BEFORE UPDATE ON gate FOR EACH ROW EXECUTE FUNCTION hold()",
        ):
            connection.execute(text(statement))
