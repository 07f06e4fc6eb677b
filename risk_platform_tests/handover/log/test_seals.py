"""The chain: whoever changes the log is found, down to the row; links alone would not tell."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, select, text

from risk_platform.errors.handover import BrokenChainError
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.audit import Audit, Auditor
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.log.retention import Retention
from risk_platform.handover.log.seals import Sealer, link
from risk_platform.handover.tables import CHAINED, DECISIONS, SEALS
from risk_platform_tests.handover.log import tampering
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.log.tampering import TAMPERS, Tamper, add_rows

SEED = 20_261_122


@pytest.fixture
def sealed(database: Database, log: DecisionLog, gate: Gate, anchors: Anchors) -> Database:
    """Return a log of 28 sealed rows, of all kinds but purges, anchored at several places."""
    for n in range(8):
        log.append(
            [[decision(pd=0.01 + 0.01 * n, points=n)], [decision(pd=0.5 + 0.01 * n, points=-n)]]
        )
        if n == 4:
            gate.pause("Grace", "drift")
            gate.resume("Ada", "explained")
        if n % 3 == 0:
            Sealer(database, anchors).seal()
    log.append([[held := decision()]])
    Retention(database).hold(held.id, "Ada", "a law suit")
    # A number that a rolled-back commit took, so that there is a gap to forge a row in.
    log.append([[decision(idempotency_key="once")]])
    log.append([[decision(idempotency_key="once")], [decision()]])
    Sealer(database, anchors).seal()
    return database


def only_links(database: Database) -> bool:
    """Audit as an unsafe twin does, by whether each link follows from the one before it."""
    with database.reading() as connection:
        seals = connection.execute(select(SEALS).order_by(SEALS.c.position)).all()
    previous, is_whole = "0" * 64, True
    for position, seal in enumerate(seals, start=1):
        is_whole &= (seal.position, seal.hash) == (position, link(previous, seal.digest))
        previous = seal.hash
    return is_whole


@contextmanager
def unhurried(database: Database) -> Iterator[Connection]:
    """Give a transaction that PostgreSQL does not end while this process waits for its turn."""
    with database.writing() as connection:
        if database.is_postgresql:
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        yield connection


def missed(database: Database, anchors: Anchors, tampers: int) -> tuple[set[str], set[str]]:
    """Tamper again and again; return what the audit missed, and what links alone did."""
    dice = random.Random(SEED)  # noqa: S311
    with database.reading() as connection:
        whole = {
            table: [row._asdict() for row in connection.execute(select(table))]
            for table in (*CHAINED.values(), SEALS)
        }
    by_audit, by_links = set[str](), set[str]()
    for n in range(tampers):
        tamper = TAMPERS[n % len(TAMPERS)]
        with unhurried(database) as connection:
            tamper(connection, dice)
        try:
            Auditor(database, anchors).audit()
            by_audit.add(f"{tamper.__name__} (number {n})")
        except BrokenChainError:
            pass
        if only_links(database):
            by_links.add(tamper.__name__)
        with unhurried(database) as connection:
            for table, rows in whole.items():
                connection.execute(delete(table))
                add_rows(connection, table, rows)
    assert Auditor(database, anchors).audit().unsealed == 0, "the tests do not restore what was"
    return by_audit, by_links


def test_an_untouched_log_is_whole(sealed: Database, anchors: Anchors) -> None:
    """Every row is sealed, and the chain is anchored up to its end."""
    with sealed.reading() as connection:
        links = len(connection.execute(select(SEALS)).all())
    assert Auditor(sealed, anchors).audit() == Audit(sealed=links, anchored=links, unsealed=0)
    assert links > 20


def test_every_tampering_is_found(sealed: Database, anchors: Anchors) -> None:
    """300 at random, of ten kinds; an audit that follows the links alone misses most kinds."""
    by_audit, by_links = missed(sealed, anchors, 300)
    assert by_audit == set()
    assert {"edit", "remove", "add", "swap", "cut_the_tail", "edit_and_mend_the_chain"} <= by_links


@pytest.mark.slow
def test_every_tampering_of_many_is_found(sealed: Database, anchors: Anchors) -> None:
    """10,000 at random: were one in 3,333 missed, we would know with 95 % confidence."""
    assert missed(sealed, anchors, 10_000)[0] == set()


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (tampering.edit, "was edited|moved without a record"),
        (tampering.remove, "was deleted"),
        (tampering.add, "was inserted before it"),
        (tampering.cut_the_tail, "the chain was cut off"),
        (tampering.edit_and_mend_the_chain, "not the one that was anchored"),
    ],
)
def test_the_audit_says_what_was_done(
    sealed: Database, anchors: Anchors, tamper: Tamper, said: str
) -> None:
    """And at which position of the chain."""
    with sealed.writing() as connection:
        tamper(connection, random.Random(SEED))  # noqa: S311
    with pytest.raises(BrokenChainError, match=rf"changed at position \d+: .*({said})"):
        Auditor(sealed, anchors).audit()


def test_the_first_broken_position_is_named(sealed: Database, anchors: Anchors) -> None:
    """Of two rows that were changed, the earlier one in the chain."""
    with sealed.writing() as connection:
        seals = connection.execute(
            select(SEALS).where(SEALS.c.kind == "decision").order_by(SEALS.c.position)
        ).all()
        for seal in (seals[11], seals[5]):
            connection.execute(delete(DECISIONS).where(DECISIONS.c.sequence == seal.sequence))
    with pytest.raises(BrokenChainError) as broken:
        Auditor(sealed, anchors).audit()
    assert broken.value.args[0] == seals[5].position


def test_what_is_not_sealed_yet_is_counted(sealed: Database, anchors: Anchors) -> None:
    """What happens to such rows nobody could tell, so that one should know how many there are."""
    DecisionLog(sealed).append([[decision()], [decision()]])
    assert Auditor(sealed, anchors).audit().unsealed == 2
    assert Sealer(sealed, anchors).seal() == 2
    assert Auditor(sealed, anchors).audit().unsealed == 0


def test_a_long_log_is_audited_page_by_page(
    log: DecisionLog, database: Database, anchors: Anchors
) -> None:
    """Rows of pages far apart are held against their seals, and one that was changed is named."""
    for _ in range(3):
        log.append([[decision() for _ in range(900)]])
    assert Sealer(database, anchors).seal() == 2_701
    assert Auditor(database, anchors).audit().sealed == 2_701
    with database.writing() as connection:
        last = connection.execute(select(DECISIONS.c.sequence).offset(2_600).limit(1)).scalar()
        connection.execute(delete(DECISIONS).where(DECISIONS.c.sequence == last))
    with pytest.raises(BrokenChainError, match=f"decision {last} was deleted"):
        Auditor(database, anchors).audit()


def test_sealing_while_others_append_leaves_nothing_out(
    database: Database, log: DecisionLog, anchors: Anchors
) -> None:
    """Numbers are given before rows are committed: no row slips in behind the chain's end."""
    ended = threading.Event()

    def append() -> None:
        while not ended.is_set():
            log.append([[decision() for _ in range(5)]])

    threads = [threading.Thread(target=append) for _ in range(3)]
    for thread in threads:
        thread.start()
    sealed = sum(Sealer(database, anchors).seal() for _ in range(25))
    ended.set()
    for thread in threads:
        thread.join()
    sealed += Sealer(database, anchors).seal()
    assert Auditor(database, anchors).audit().unsealed == 0
    assert sealed == log.count() + 1


def test_two_that_seal_make_one_chain(
    database: Database, log: DecisionLog, anchors: Anchors
) -> None:
    """Whoever comes second gives way; the anchors stay in order."""
    for _ in range(10):
        log.append([[decision() for _ in range(100)]])
    threads = [threading.Thread(target=Sealer(database, anchors).seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    Sealer(database, anchors).seal()
    assert Auditor(database, anchors).audit() == Audit(sealed=1_001, anchored=1_001, unsealed=0)
    positions = [anchor.position for anchor in anchors]
    assert positions == sorted(set(positions))


def test_an_anchor_that_was_torn_by_a_crash_is_written_anew(
    sealed: Database, tmp_path: Path, anchors: Anchors
) -> None:
    """Half a line counts as none."""
    file = tmp_path / "elsewhere" / "anchors.txt"
    lines = file.read_bytes()
    file.write_bytes(lines[:-20])
    Sealer(sealed, anchors).seal()
    assert Auditor(sealed, anchors).audit().anchored == Auditor(sealed, anchors).audit().sealed
    assert len(file.read_bytes().splitlines()) == len(lines.splitlines())


def test_an_anchor_file_that_was_written_into_is_refused(
    sealed: Database, tmp_path: Path, anchors: Anchors
) -> None:
    """It vouches for nothing then."""
    file = tmp_path / "elsewhere" / "anchors.txt"
    file.write_text(f"no anchor at all\n{file.read_text()}")
    with pytest.raises(BrokenChainError, match="anchor file"):
        Auditor(sealed, anchors).audit()
