"""Tampering with a log by one who may do everything in its database, and nothing outside of it."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Row, Table, delete, insert, select, text, update

from risk_platform.handover.clock import now_us
from risk_platform.handover.database import Database
from risk_platform.handover.log.ages import due_before
from risk_platform.handover.log.anchors import START, Head
from risk_platform.handover.log.seals import digest_of, link
from risk_platform.handover.tables import CHAINED, DECISIONS, PURGES, SEALS

Tamper = Callable[[Connection, random.Random], None]
Rows = Mapping[Table, list[dict[str, object]]]
YEAR_US = 365 * 86_400 * 1_000_000
_UNIQUE = {"sequence", "id", "idempotency_key"}
_HALF = 0.5


def edit(connection: Connection, dice: random.Random) -> None:
    """Change one value of one row."""
    _edit(connection, dice)


def edit_and_mend_the_seal(connection: Connection, dice: random.Random) -> None:
    """Change a row, and its digest with it."""
    kind, row = _edit(connection, dice)
    _seal_of(connection, kind, row.sequence, digest=digest_of(kind, row))


def edit_and_mend_the_chain(connection: Connection, dice: random.Random) -> None:
    """Change a row, and all of the chain from there on: only an anchor tells."""
    kind, row = _edit(connection, dice)
    _seal_of(connection, kind, row.sequence, digest=digest_of(kind, row))
    mend(connection)


def remove(connection: Connection, dice: random.Random) -> None:
    """Delete one row, and leave its seal."""
    kind, row = _any_row(connection, dice)
    table = CHAINED[kind]
    connection.execute(delete(table).where(table.c.sequence == row.sequence))


def remove_with_seal(connection: Connection, dice: random.Random) -> None:
    """Delete one row and its seal; close the gap, and mend the chain, or leave it, as it falls."""
    kind, row = _any_row(connection, dice)
    table = CHAINED[kind]
    connection.execute(delete(table).where(table.c.sequence == row.sequence))
    seal = (SEALS.c.kind == kind, SEALS.c.sequence == row.sequence)
    position = connection.execute(select(SEALS.c.position).where(*seal)).scalar_one()
    connection.execute(delete(SEALS).where(*seal))
    if dice.random() < _HALF:
        for later in connection.execute(
            select(SEALS.c.position).where(SEALS.c.position > position).order_by(SEALS.c.position)
        ).scalars():
            connection.execute(
                update(SEALS).where(SEALS.c.position == later).values(position=later - 1)
            )
        mend(connection)


def add(connection: Connection, dice: random.Random) -> None:
    """Add a decision in a place that was sealed long ago."""
    numbers = set(connection.execute(select(DECISIONS.c.sequence)).scalars())
    free = sorted(set(range(-5, max(numbers))) - numbers)
    copied = connection.execute(select(DECISIONS).limit(1)).mappings().one()
    row = dict(copied) | {"sequence": dice.choice(free), "id": "forged", "idempotency_key": None}
    add_rows(connection, DECISIONS, [row])


def swap(connection: Connection, dice: random.Random) -> None:
    """Let two decisions change their contents."""
    one, other = dice.sample(_rows(connection, DECISIONS), 2)
    for row, place in ((one, other.sequence), (other, one.sequence)):
        values = {name: value for name, value in row._asdict().items() if name not in _UNIQUE}
        connection.execute(update(DECISIONS).where(DECISIONS.c.sequence == place).values(values))


def move_in_the_chain(connection: Connection, dice: random.Random) -> None:
    """Let two seals change places, and mend the chain, or not, as it falls."""
    one, other = dice.sample(_rows(connection, SEALS), 2)
    places = (one.position, other.position)
    connection.execute(delete(SEALS).where(SEALS.c.position.in_(places)))
    for seal, position in ((one, other.position), (other, one.position)):
        connection.execute(insert(SEALS).values(seal._asdict() | {"position": position}))
    if dice.random() < _HALF:
        mend(connection)


def cut_the_tail(connection: Connection, dice: random.Random) -> None:
    """Delete the newest seals, and the rows that they seal."""
    upto = dice.randrange(len(_rows(connection, SEALS)))
    for seal in connection.execute(select(SEALS).where(SEALS.c.position > upto)).all():
        table = CHAINED[seal.kind]
        connection.execute(delete(table).where(table.c.sequence == seal.sequence))
    connection.execute(delete(SEALS).where(SEALS.c.position > upto))


def empty_a_table(connection: Connection, dice: random.Random) -> None:
    """Delete all of a table, or of all tables."""
    tables: list[Sequence[Table]] = [[DECISIONS], [SEALS], [SEALS, *CHAINED.values()]]
    for table in dice.choice(tables):
        connection.execute(delete(table))


def purge_by_hand(connection: Connection, dice: random.Random) -> None:
    """Delete a decision, and record a purge as the job would: it was young, or held."""
    at_us = now_us()
    position = _remove_decision(connection, dice)
    record_purge(connection, position, at_us=at_us, before_us=due_before(at_us))


def purge_of_the_young(connection: Connection, dice: random.Random) -> None:
    """Record one that took what was younger than it may."""
    at_us = now_us()
    record_purge(connection, _remove_decision(connection, dice), at_us=at_us, before_us=at_us)


def purge_in_the_future(connection: Connection, dice: random.Random) -> None:
    """Record one of a day on which all may be purged that is there."""
    at_us = now_us() + 3 * YEAR_US
    position = _remove_decision(connection, dice)
    record_purge(connection, position, at_us=at_us, before_us=due_before(at_us))


def purge_what_was_backdated(connection: Connection, dice: random.Random) -> None:
    """Before it is sealed, write an early time into a new decision; seal, delete and purge it."""
    newest, at_us = _rows(connection, SEALS)[-1], now_us()
    copied = dice.choice(_rows(connection, DECISIONS))
    number, since_us = copied.sequence + 1_000, at_us - 3 * YEAR_US
    digest = digest_of("decision", copied)
    connection.execute(
        insert(SEALS).values(
            position=newest.position + 1,
            kind="decision",
            sequence=number,
            digest=digest,
            hash=link(newest.hash, digest, since_us),
            since_us=since_us,
        )
    )
    record_purge(connection, newest.position + 1, at_us=at_us, before_us=due_before(at_us))


def age_a_seal_and_purge(connection: Connection, dice: random.Random) -> None:
    """Make a seal older, and mend the chain from there on, or not, as it falls; then purge."""
    at_us = now_us()
    position = _remove_decision(connection, dice)
    older = update(SEALS).where(SEALS.c.position == position).values(since_us=at_us - 3 * YEAR_US)
    connection.execute(older)
    if dice.random() < _HALF:
        mend(connection)
    record_purge(connection, position, at_us=at_us, before_us=due_before(at_us))


TAMPERS: tuple[Tamper, ...] = (
    edit,
    edit_and_mend_the_seal,
    edit_and_mend_the_chain,
    remove,
    remove_with_seal,
    add,
    swap,
    move_in_the_chain,
    cut_the_tail,
    empty_a_table,
    purge_by_hand,
    purge_of_the_young,
    purge_in_the_future,
    purge_what_was_backdated,
    age_a_seal_and_purge,
)


@contextmanager
def unhurried(database: Database) -> Iterator[Connection]:
    """Give a transaction that PostgreSQL does not end while this process waits for its turn."""
    with database.writing() as connection:
        if database.is_postgresql:
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        yield connection


def record_purge(connection: Connection, position: int, *, at_us: int, before_us: int) -> None:
    """Write the row of a purge that nobody made."""
    told = {"at_us": at_us, "before_us": before_us, "positions": f"{position}-{position}"}
    said = {"reason": "older than 25 months", "by_whom": "run 7"}
    connection.execute(insert(PURGES).values(told | said))


def back_up(database: Database) -> Rows:
    """Return all that is logged and sealed."""
    with database.reading() as connection:
        return {
            table: [row._asdict() for row in connection.execute(select(table))]
            for table in (*CHAINED.values(), SEALS)
        }


def put_back(connection: Connection, rows: Rows) -> None:
    """Restore what was backed up, in place of what is there."""
    for table, of_table in rows.items():
        connection.execute(delete(table))
        add_rows(connection, table, of_table)


def add_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows with numbers of our own choice, where the database would give them."""
    if rows:
        names = ", ".join(rows[0])
        values = ", ".join(f":{name}" for name in rows[0])
        numbered = connection.dialect.name == "postgresql" and table is not SEALS
        overriding = "OVERRIDING SYSTEM VALUE" if numbered else ""
        connection.execute(
            text(f"INSERT INTO {table.name} ({names}) {overriding} VALUES ({values})"),  # noqa: S608
            [dict(row) for row in rows],
        )


def _rows(connection: Connection, table: Table) -> list[Row[*tuple[object, ...]]]:
    return list(connection.execute(select(table).order_by(*table.primary_key)).all())


def _any_row(connection: Connection, dice: random.Random) -> tuple[str, Row[*tuple[object, ...]]]:
    kinds = [kind for kind, table in CHAINED.items() if _rows(connection, table)]
    kind = dice.choice(kinds)
    return kind, dice.choice(_rows(connection, CHAINED[kind]))


def _remove_decision(connection: Connection, dice: random.Random) -> int:
    """Delete a decision, and return where in the chain it was."""
    row = dice.choice(_rows(connection, DECISIONS))
    connection.execute(delete(DECISIONS).where(DECISIONS.c.sequence == row.sequence))
    sealed = (SEALS.c.kind == "decision", SEALS.c.sequence == row.sequence)
    return connection.execute(select(SEALS.c.position).where(*sealed)).scalar_one()


def _edit(connection: Connection, dice: random.Random) -> tuple[str, Row[*tuple[object, ...]]]:
    """Change a value a little, and return the row as it then is."""
    kind, row = _any_row(connection, dice)
    table = CHAINED[kind]
    column = dice.choice([one for one in table.c if one.name != "sequence"])
    was = getattr(row, column.name)
    if isinstance(was, int) or (was is None and column.type.python_type is int):
        value: object = (was or 0) + dice.choice([-1_000, 1_000])
    elif isinstance(was, float):
        value = was * (1 + 2**-52)
    else:
        value = f"{was or ''}"[:-1] + dice.choice(["~", "#"])
    assert value != was, "nothing was tampered with"
    at = table.c.sequence == row.sequence
    connection.execute(update(table).where(at).values({column.name: value}))
    return kind, connection.execute(select(table).where(at)).one()


def _seal_of(connection: Connection, kind: str, sequence: int, **values: str) -> None:
    sealed = (SEALS.c.kind == kind, SEALS.c.sequence == sequence)
    connection.execute(update(SEALS).where(*sealed).values(values))


def mend(connection: Connection) -> Head:
    """Compute all hashes of the chain anew, as a sealer would, and return its head."""
    head = START
    for seal in _rows(connection, SEALS):
        head = Head(seal.position, link(head.hash, seal.digest, seal.since_us))
        connection.execute(
            update(SEALS).where(SEALS.c.position == head.position).values(hash=head.hash)
        )
    return head
