"""Upgrades: what an earlier version sealed is whole, and scoring that runs goes on for a while."""

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Connection, Table, insert, update

from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.state import State
from risk_platform.handover.log.anchors import START, Anchors
from risk_platform.handover.log.audit import Auditor
from risk_platform.handover.log.seals import Sealer, digest_of, link
from risk_platform.handover.store import bring_up_to_date, migrate
from risk_platform.handover.tables import CHAINED, GATE, GATE_EVENTS, SEALS

# As versions before the fourth wrote them: number, epoch, state, reason, by whom, when.
MOVES = (
    (1, 1, "running", "opened for the first time", "Ada", 1_000),
    (2, 2, "stopped", "odd scores", "Grace", 2_000),
    (3, 3, "running", "explained", "Ada", 3_000),
)
VERDICT = (1, "green", "nothing has moved", 1, 2, 3_000, 7, "d" * 64, 0.0, 0.01, "[]", 4_000)


@pytest.fixture(params=["v2", "v3"])
def older(store_url: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Return a database of an earlier version, whose rows that has sealed."""
    database = Database(store_url)
    migrate(database, request.param)
    with database.writing() as connection:
        head = START.hash
        for position, (kind, row) in enumerate(
            (*(("gate", one) for one in MOVES), ("drift", VERDICT))
        ):
            write(connection, CHAINED[kind], row)
            since_us = row[-1] if request.param == "v3" else None
            digest = digest_of(kind, row)
            head = link(head, digest, since_us)
            seal = (position + 1, kind, row[0], digest, head)
            write(connection, SEALS, seal if since_us is None else (*seal, since_us))
        _, epoch, *_ = MOVES[-1]
        names = ("state", "reason", "by_whom", "at_us")
        given = dict(zip(names, MOVES[-1][2:], strict=True))
        connection.execute(update(GATE).values(epoch=epoch, **given))
    yield database
    database.close()


def write(connection: Connection, table: Table, row: Sequence[object]) -> None:
    """Write a row into the first columns of a table; where it numbers rows itself, it does."""
    names = table.c.keys()[: len(row)]
    values = {name: value for name, value in zip(names, row, strict=True) if name != "sequence"}
    if table is SEALS:
        values["sequence"] = row[2]
    connection.execute(insert(table).values(values))


def test_what_was_sealed_before_is_whole(older: Database, anchors: Anchors) -> None:
    """Columns that came since change no digest; what is sealed now goes on from there."""
    bring_up_to_date(older)
    assert Auditor(older, anchors).audit(without_anchors=True).sealed == 4
    Gate(older).pause("Grace", "odd scores")
    assert Sealer(older, anchors).seal() == 1
    audit = Auditor(older, anchors).audit()
    assert (audit.sealed, audit.unsealed) == (5, 0)


def test_rows_keep_their_numbers(older: Database) -> None:
    """And the next one follows them."""
    bring_up_to_date(older)
    Gate(older).pause("Grace", "odd scores")
    with older.reading() as connection:
        rows = connection.execute(GATE_EVENTS.select().order_by(GATE_EVENTS.c.sequence)).all()
    assert [tuple(row[:6]) for row in rows[:3]] == list(MOVES)
    assert [row.sequence for row in rows] == [1, 2, 3, 4]


def test_scoring_goes_on_for_one_lease(older: Database) -> None:
    """Until then somebody must renew it."""
    bring_up_to_date(older)
    state = Gate(older).state()
    assert (state.state, state.is_running, state.epoch) == (State.RUNNING, True, 3)
    assert 200 < state.lease_seconds <= 300


def test_nulls_within_a_row_count() -> None:
    """Only those at its end are as if they were not there."""
    assert digest_of("gate", (1, "a", None)) == digest_of("gate", (1, "a"))
    assert digest_of("gate", (1, None, "a")) != digest_of("gate", (1, "a", None))
    assert digest_of("gate", (1, None, "a")) != digest_of("gate", (1, "a"))
