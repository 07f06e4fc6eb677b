"""Restores: nothing is sealed past what was lost, until somebody accepts it for all to see."""

from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from risk_platform.errors.handover import (
    BrokenChainError,
    LostAnchorError,
    NoAnchorsError,
    NothingLostError,
)
from risk_platform.errors.models import MissingReasonError
from risk_platform.handover.database import Database
from risk_platform.handover.log.anchors import START, Anchor, Anchors, Cut, Head
from risk_platform.handover.log.audit import Auditor
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.log.restores import accept_restore
from risk_platform.handover.log.seals import Sealer, digest_of
from risk_platform.handover.tables import DECISIONS, SEALS
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.log.tampering import Rows, back_up, mend, put_back, unhurried


def seal(database: Database, anchors: Anchors, times: int) -> None:
    """Log two decisions and seal them, again and again."""
    for _ in range(times):
        DecisionLog(database).append([[decision(), decision()]])
        Sealer(database, anchors).seal()


def restore(database: Database, rows: Rows) -> None:
    """Put a backup in place of what is there."""
    with unhurried(database) as connection:
        put_back(connection, rows)


@pytest.fixture
def restored(database: Database, log: DecisionLog, anchors: Anchors) -> Database:
    """Return a log that was anchored up to position 11, and restored up to 7."""
    del log
    seal(database, anchors, 3)
    backup = back_up(database)
    seal(database, anchors, 2)
    restore(database, backup)
    return database


def test_nothing_is_sealed_on_a_restored_log(restored: Database, anchors: Anchors) -> None:
    """Again and again, whatever was logged since: the positions are named, and what to do."""
    DecisionLog(restored).append([[decision() for _ in range(20)]])
    for _ in range(2):
        with pytest.raises(LostAnchorError, match=r"position 11, .* ends at position 7: .*accept"):
            Sealer(restored, anchors).seal()
    assert len(back_up(restored)[SEALS]) == 7
    with pytest.raises(BrokenChainError, match="position 8: the chain was cut off"):
        Auditor(restored, anchors).audit()


def test_whoever_does_not_look_seals_past_the_loss(restored: Database, anchors_file: Path) -> None:
    """The unsafe twin: nobody notices before the next audit."""

    class Heedless(Anchors):
        def last(self) -> None:
            return None

    DecisionLog(restored).append([[decision() for _ in range(20)]])
    Sealer(restored, Heedless(anchors_file)).seal()
    with pytest.raises(BrokenChainError, match="not the one that was anchored"):
        Auditor(restored, Anchors(anchors_file)).audit()


def test_an_accepted_restore_is_whole_and_says_what_was_lost(
    restored: Database, anchors: Anchors
) -> None:
    """It is sealed on, and the loss is told for good."""
    cut = accept_restore(restored, anchors, "Ada", "the disk failed")
    assert (cut.head.position, cut.cut) == (7, Cut(11, "Ada", "the disk failed"))
    assert Auditor(restored, anchors).audit().anchored == 7
    seal(restored, anchors, 6)
    audit = Auditor(restored, anchors).audit()
    assert (audit.sealed, audit.anchored, audit.cuts) == (19, 19, (cut,))
    with pytest.raises(NothingLostError):
        accept_restore(restored, anchors, "Ada", "once more")


@pytest.mark.parametrize("position", [4, 7, 12])
def test_what_was_kept_is_vouched_for_as_before(
    restored: Database, anchors: Anchors, position: int
) -> None:
    """Whoever changes it, and mends the chain, is found: before the cut and after it."""
    accept_restore(restored, anchors, "Ada", "the disk failed")
    seal(restored, anchors, 4)
    with unhurried(restored) as connection:
        at = select(SEALS.c.sequence).where(SEALS.c.position == position).scalar_subquery()
        connection.execute(update(DECISIONS).where(DECISIONS.c.sequence == at).values(points=1))
        row = connection.execute(select(DECISIONS).where(DECISIONS.c.sequence == at)).one()
        digest = digest_of("decision", row)
        connection.execute(update(SEALS).where(SEALS.c.position == position).values(digest=digest))
        mend(connection)
    with pytest.raises(BrokenChainError, match="not the one that was anchored"):
        Auditor(restored, anchors).audit()


def test_a_restore_of_an_older_backup_is_a_second_cut(
    database: Database, log: DecisionLog, anchors: Anchors
) -> None:
    """Behind the first one or before it; up to there all anchors hold."""
    del log
    backups = []
    for _ in range(4):
        seal(database, anchors, 1)
        backups.append(back_up(database))
    for backup, position in ((backups[2], 7), (backups[0], 3), (backups[1], 3)):
        seal(database, anchors, 3)
        restore(database, backup)
        assert accept_restore(database, anchors, "Ada", "again").head.position == position
        Sealer(database, anchors).seal()
    audit = Auditor(database, anchors).audit()
    assert (audit.sealed, audit.anchored) == (5, 5)
    assert [one.cut and one.cut.lost_to for one in audit.cuts] == [15, 13, 9]
    assert [anchor.head.position for anchor in anchors] == [3, 5]


def test_another_chain_of_the_same_length_is_refused(
    restored: Database, anchors: Anchors, tmp_path: Path
) -> None:
    """One that grew elsewhere, past another file; accepted, it holds up to where they part."""
    DecisionLog(restored).append([[decision() for _ in range(4)]])
    Sealer(restored, Anchors(tmp_path / "spare.txt")).seal()
    with pytest.raises(LostAnchorError, match="position 11, and its chain is another one"):
        Sealer(restored, anchors).seal()
    cut = accept_restore(restored, anchors, "Ada", "sealed by the spare machine")
    assert cut.head.position == 7
    seal(restored, anchors, 1)
    assert Auditor(restored, anchors).audit().anchored == 13


def test_a_log_that_lost_all_begins_anew(restored: Database, anchors: Anchors) -> None:
    """Nothing vouches for it before it is anchored again."""
    with unhurried(restored) as connection:
        connection.execute(delete(SEALS))
    assert accept_restore(restored, anchors, "Ada", "no backup").head == START
    assert Sealer(restored, anchors).seal() == 7
    assert Auditor(restored, anchors).audit().anchored == 7


def test_a_restore_is_accepted_by_somebody_for_a_reason(
    restored: Database, anchors: Anchors
) -> None:
    """Or it is not."""
    for by, reason in ((" ", "the disk failed"), ("Ada", "")):
        with pytest.raises(MissingReasonError):
            accept_restore(restored, anchors, by, reason)
    assert anchors.cuts() == []


def test_an_anchor_is_never_passed_over_in_silence(anchors: Anchors) -> None:
    """Neither for one that is less far along, nor for another one at its place."""
    anchors.append(Head(5, "5" * 64))
    anchors.append(Head(5, "5" * 64))
    for position, digest in ((4, "4"), (5, "6")):
        with pytest.raises(LostAnchorError):
            anchors.append(Head(position, digest * 64))
    assert [anchor.head.position for anchor in anchors] == [5]


def test_a_reason_may_be_long_and_of_several_lines(anchors: Anchors) -> None:
    """It is one line of the file, and the last one is found behind it."""
    anchors.append(Head(5, "5" * 64))
    reason = 'a "disk"\nfailed — ' * 1_000
    cut = anchors.cut_behind(START, "Ada", reason)
    assert anchors.last() == cut == Anchor(START, cut.at_us, Cut(5, "Ada", reason.strip()))
    anchors.append(Head(2, "2" * 64))
    assert anchors.cuts() == [cut]
    assert [anchor.head.position for anchor in anchors] == [2]


def test_a_chain_without_anchors_is_no_proof(
    restored: Database, tmp_path: Path, anchors_file: Path
) -> None:
    """Be the file missing or empty; whoever asks for no more than the chain gets that."""
    anchors_file.write_bytes(b"")
    for file in (anchors_file, tmp_path / "none.txt"):
        auditor = Auditor(restored, Anchors(file))
        with pytest.raises(NoAnchorsError, match=r"the 7 sealed rows .*RISK_ANCHORS"):
            auditor.audit()
        audit = auditor.audit(without_anchors=True)
        assert (audit.sealed, audit.anchored, audit.first) == (7, 0, None)


def test_an_empty_log_needs_no_anchor(database: Database, anchors: Anchors) -> None:
    """There is nothing to vouch for."""
    assert Auditor(database, anchors).audit().sealed == 0
