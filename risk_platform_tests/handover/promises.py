"""What a log acknowledges while its disk fails, and whether that was kept."""

import secrets
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import select

from risk_platform.errors.handover import LogUnavailableError
from risk_platform.handover.database import Database
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.store import open_store
from risk_platform.handover.tables import DECISIONS
from risk_platform_tests.handover import moves
from risk_platform_tests.handover.log.decided import decision, wait_until
from risk_platform_tests.postgresql import Server

MOST_SECONDS = 2.0
MOST_DECISIONS = 1_000


def told(log: DecisionLog, *, is_hasty: bool = False) -> str | None:
    """Append a decision, within two seconds; return its id where it is acknowledged.

    Who is hasty acknowledges whatever becomes of it.
    """
    made = decision(answer=secrets.token_hex(50_000))
    began = time.monotonic()
    try:
        log.append([[made]])
    except LogUnavailableError:
        return made.id if is_hasty else None
    finally:
        assert time.monotonic() - began < MOST_SECONDS
    return made.id


def acknowledged(log: DecisionLog) -> list[str]:
    """Append until it fails, and a few times more; return the ids of what was acknowledged."""
    ids: list[str] = []
    while (one := told(log)) is not None:
        ids.append(one)
        assert len(ids) < MOST_DECISIONS, "the disk does not come to be full"
    assert ids, "the disk was full before"
    return [*ids, *filter(None, (told(log) for _ in range(3)))]


def lost(database: Database, ids: list[str]) -> set[str]:
    """Return which of these are not in the log."""
    with database.reading() as connection:
        return {*ids} - {*connection.execute(select(DECISIONS.c.id)).scalars()}


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Give a new database in which scoring runs."""
    with closing(open_store(url)) as database:
        moves.opened(database)
        yield database


def wait_until_back(log: DecisionLog, server: Server) -> None:
    """Wait until a log takes decisions again; a server that has ended is started."""

    def is_back() -> bool:
        assert server.process
        if server.process.poll() is not None:
            server.start()
        return told(log) is not None

    wait_until(is_back)
