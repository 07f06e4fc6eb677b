"""The chain: whoever changes the log is found, down to the row; links alone would not tell."""

import random
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import delete, exists, select

from risk_platform.errors.handover import BrokenChainError, HandoverError
from risk_platform.handover.clock import now_us
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.audit import Auditor
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.log.ranges import Ranges
from risk_platform.handover.log.retention import Retention
from risk_platform.handover.log.seals import Sealer, link
from risk_platform.handover.tables import DECISIONS, PURGES, SEALS
from risk_platform_tests.handover.log import tampering
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.log.tampering import (
    TAMPERS,
    YEAR_US,
    Tamper,
    back_up,
    put_back,
    unhurried,
)
from risk_platform_tests.handover.moves import resumed

SEED, HALF = 20_261_122, 0.5


OLD_US = now_us() - 3 * YEAR_US


@pytest.fixture
def sealed(database: Database, log: DecisionLog, gate: Gate, anchors: Anchors) -> Database:
    """Return a log of 29 sealed rows, of all kinds, anchored at several places.

    Of its decisions one is old and on hold, two were old and were purged, and the others are young.
    """
    retention = Retention(database)
    old = [decision(at_us=OLD_US) for _ in range(3)]
    log.append([old])
    retention.hold(old[1].id, "Ada", "a law suit")
    Sealer(database, anchors).seal()
    assert retention.purge("a run") == 2
    for n in range(8):
        log.append(
            [[decision(pd=0.01 + 0.01 * n, points=n)], [decision(pd=0.5 + 0.01 * n, points=-n)]]
        )
        if n == 4:
            gate.pause("Grace", "drift")
            resumed(gate)
        if n % 3 == 0:
            Sealer(database, anchors).seal()
    log.append([[held := decision()]])
    retention.hold(held.id, "Ada", "a law suit")
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
        follows = link(previous, seal.digest, seal.since_us)
        is_whole &= (seal.position, seal.hash) == (position, follows)
        previous = seal.hash
    return is_whole


def misses_none(database: Database) -> bool:
    """Audit as another unsafe twin does, which believes whatever purge is on record."""
    purged = Ranges[bool]()
    there = exists().where(DECISIONS.c.sequence == SEALS.c.sequence)
    gone = select(SEALS.c.position).where(SEALS.c.kind == "decision", ~there)
    with database.reading() as connection:
        for positions in connection.execute(select(PURGES.c.positions)).scalars():
            with suppress(ValueError):
                purged.add(positions, said=True)
        return all(purged.get(position) for position in connection.execute(gone).scalars())


def missed(database: Database, file: Path, tampers: int) -> dict[str, set[str]]:
    """Tamper again and again; return what the audit missed, and what its unsafe twins did.

    Half the times the sealer comes along before the audit does, and seals what it finds.
    """
    dice = random.Random(SEED)  # noqa: S311
    anchors, whole, anchored = Anchors(file), back_up(database), file.read_bytes()
    by: dict[str, set[str]] = {"audit": set(), "links": set(), "purges": set()}
    for n in range(tampers):
        tamper = TAMPERS[n % len(TAMPERS)]
        with unhurried(database) as connection:
            tamper(connection, dice)
        if dice.random() < HALF:
            with suppress(HandoverError):
                Sealer(database, anchors).seal()
        try:
            Auditor(database, anchors).audit()
            by["audit"].add(f"{tamper.__name__} (number {n})")
        except BrokenChainError:
            pass
        by["links"] |= {tamper.__name__} if only_links(database) else set()
        by["purges"] |= {tamper.__name__} if misses_none(database) else set()
        with unhurried(database) as connection:
            put_back(connection, whole)
        file.write_bytes(anchored)
    assert Auditor(database, anchors).audit().unsealed == 0, "the tests do not restore what was"
    return by


def test_an_untouched_log_is_whole(sealed: Database, anchors: Anchors) -> None:
    """Every row is sealed, and the chain is anchored up to its end."""
    with sealed.reading() as connection:
        links = len(connection.execute(select(SEALS)).all())
    audit = Auditor(sealed, anchors).audit()
    assert (audit.sealed, audit.anchored, audit.unsealed) == (links, links, 0)
    assert links > 25


def test_every_tampering_is_found(sealed: Database, anchors_file: Path) -> None:
    """300 at random, of fifteen kinds; whoever follows links or believes purges misses most."""
    by = missed(sealed, anchors_file, 300)
    assert by["audit"] == set()
    assert {"edit", "remove", "add", "swap", "edit_and_mend_the_chain"} <= by["links"]
    forged = {"purge_by_hand", "purge_of_the_young", "purge_in_the_future"}
    assert forged | {"purge_what_was_backdated"} <= by["links"] & by["purges"]


@pytest.mark.slow
def test_every_tampering_of_many_is_found(sealed: Database, anchors_file: Path) -> None:
    """10,000 at random: were one in 3,333 missed, we would know with 95 % confidence."""
    assert missed(sealed, anchors_file, 10_000)["audit"] == set()


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (tampering.edit, "was edited|moved without a record"),
        (tampering.remove, "was deleted"),
        (tampering.add, "was inserted before it"),
        (tampering.cut_the_tail, "the chain was cut off"),
        (tampering.edit_and_mend_the_chain, "not the one that was anchored"),
        (tampering.purge_by_hand, "was purged before its time was over|is on legal hold"),
        (tampering.purge_of_the_young, "took what was not 25 months old"),
        (tampering.purge_in_the_future, "says that it was made later than it was anchored"),
        (tampering.purge_what_was_backdated, "older than the anchor before it"),
    ],
)
def test_the_audit_says_what_was_done(
    sealed: Database, anchors: Anchors, tamper: Tamper, said: str
) -> None:
    """And at which position of the chain."""
    with unhurried(sealed) as connection:
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

    def append() -> None:
        # A number of them, as a machine that appends faster than it seals would never be done.
        for _ in range(100):
            log.append([[decision() for _ in range(5)]])

    threads, sealed = [threading.Thread(target=append) for _ in range(3)], 0
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        sealed += Sealer(database, anchors).seal()
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
    audit = Auditor(database, anchors).audit()
    assert (audit.sealed, audit.anchored, audit.unsealed) == (1_001, 1_001, 0)
    positions = [anchor.head.position for anchor in anchors]
    assert positions == sorted(set(positions))


def test_an_anchor_that_was_torn_by_a_crash_is_written_anew(
    sealed: Database, anchors_file: Path, anchors: Anchors
) -> None:
    """Half a line counts as none."""
    file = anchors_file
    lines = file.read_bytes()
    file.write_bytes(lines[:-20])
    Sealer(sealed, anchors).seal()
    assert Auditor(sealed, anchors).audit().anchored == Auditor(sealed, anchors).audit().sealed
    assert len(file.read_bytes().splitlines()) == len(lines.splitlines())


def test_an_anchor_file_that_was_written_into_is_refused(
    sealed: Database, anchors_file: Path, anchors: Anchors
) -> None:
    """It vouches for nothing then."""
    anchors_file.write_text(f"no anchor at all\n{anchors_file.read_text()}")
    with pytest.raises(BrokenChainError, match="anchor file"):
        Auditor(sealed, anchors).audit()
