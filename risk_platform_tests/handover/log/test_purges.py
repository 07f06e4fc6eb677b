"""Purges and the audit: what was purged when it was due is not missed, and what was not is."""

from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from risk_platform.errors.handover import BrokenChainError, UnknownDecisionError
from risk_platform.handover.clock import from_us, now_us
from risk_platform.handover.database import Database
from risk_platform.handover.log.ages import due_before
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.audit import Auditor
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.log.retention import Retention
from risk_platform.handover.log.seals import Sealer
from risk_platform.handover.tables import DECISIONS, PURGES, SEALS
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.log.tampering import YEAR_US, mend, record_purge, unhurried

MONTH_US = YEAR_US // 12


class Time:
    """A clock outside the database, which a test moves."""

    def __init__(self) -> None:
        self.begin_us = self.at_us = now_us()

    def __call__(self) -> int:
        """Tell the time."""
        return self.at_us

    def after(self, months: float) -> int:
        """Go to so many months after the beginning, and tell the time."""
        self.at_us = self.begin_us + int(months * MONTH_US)
        return self.at_us


class Logged:
    """A log over years: what is decided, sealed and purged at which time."""

    def __init__(self, database: Database, file: Path) -> None:
        self.database, self.time, self._file = database, Time(), file
        self.anchors = Anchors(file, self.time)
        self.log, self.retention = DecisionLog(database), Retention(database)
        self.sealer = Sealer(database, self.anchors)

    def decide(self, months: float) -> str:
        """Log a decision, and return its id."""
        self.log.append([[made := decision(at_us=self.time.after(months))]])
        return made.id

    def seal(self, months: float) -> None:
        """Seal and anchor."""
        self.time.after(months)
        self.sealer.seal()

    def purge(self, months: float) -> int:
        """Purge as the job does, between two seals, and return how many went."""
        self.seal(months)
        purged = self.retention.purge("a run", from_us(self.time.at_us))
        self.seal(months + 0.001)
        return purged

    def purge_by_hand(self, decision_id: str, months: float) -> None:
        """Purge as somebody does who owns the database, as if it were the job."""
        at_us = self.time.after(months)
        of = select(DECISIONS.c.sequence).where(DECISIONS.c.id == decision_id).scalar_subquery()
        sealed = select(SEALS.c.position).where(SEALS.c.kind == "decision", SEALS.c.sequence == of)
        with self.database.writing() as connection:
            position = connection.execute(sealed).scalar_one()
            connection.execute(delete(DECISIONS).where(DECISIONS.c.id == decision_id))
            record_purge(connection, position, at_us=at_us, before_us=due_before(at_us))

    def seal_as_of_old(self, since: int) -> None:
        """Seal rows from a position on as the first version did, and anchor that anew."""
        with unhurried(self.database) as connection:
            connection.execute(update(SEALS).where(SEALS.c.position >= since).values(since_us=None))
            head = mend(connection)
        self.anchors = Anchors(self._file.with_name(f"since-{since}.txt"), self.time)
        self.sealer = Sealer(self.database, self.anchors)
        self.anchors.append(head)

    def audit(self) -> int:
        """Audit, and return how many rows are sealed."""
        return Auditor(self.database, self.anchors).audit().sealed


@pytest.fixture
def logged(database: Database, log: DecisionLog, anchors_file: Path) -> Logged:
    """Return a log that begins now."""
    del log
    return Logged(database, anchors_file)


def test_honest_purges_are_believed(logged: Logged) -> None:
    """Several of them, months apart, sealed at once or not yet."""
    for months in (0, 1, 2, 8):
        logged.decide(months)
        logged.seal(months)
    assert [logged.purge(months) for months in (25.5, 26, 26.5, 28)] == [1, 0, 1, 1]
    logged.audit()
    logged.time.after(34)
    assert logged.retention.purge("a run", from_us(logged.time.at_us)) == 1
    logged.audit()


def test_what_was_sealed_late_is_purged_when_it_is_due(logged: Logged) -> None:
    """The sealer stood still for a year: since when rows are kept does not hang on it."""
    logged.decide(0)
    logged.seal(0)
    logged.decide(1)
    logged.seal(13)
    assert logged.purge(27) == 2
    logged.audit()


def test_a_purge_that_came_too_early_is_found_for_good(logged: Logged) -> None:
    """Also once the decision would be old: the purge was anchored before it was."""
    young = logged.decide(0)
    logged.seal(0)
    logged.purge_by_hand(young, 24.9)
    for months in (24.9, 25.1, 40):
        with pytest.raises(BrokenChainError, match="1 was purged before its time was over"):
            logged.audit()
        logged.seal(months)


def test_a_purge_in_the_future_is_found_for_good(logged: Logged) -> None:
    """Before it is sealed, afterwards, and when that day has come."""
    logged.decide(0)
    logged.seal(0)
    at_us = logged.time.begin_us + 26 * MONTH_US
    with logged.database.writing() as connection:
        connection.execute(delete(DECISIONS))
        record_purge(connection, 1, at_us=at_us, before_us=due_before(at_us))
    for months in (1, 2, 40):
        with pytest.raises(BrokenChainError, match="made later than it was anchored"):
            logged.audit()
        logged.seal(months)


def test_what_is_dated_back_before_it_is_sealed_is_kept(logged: Logged) -> None:
    """Since the last anchor before it, as it was not there then."""
    logged.decide(0)
    logged.seal(0)
    logged.decide(1)
    with logged.database.writing() as connection:
        connection.execute(update(DECISIONS).values(at_us=1).where(DECISIONS.c.sequence == 2))
    logged.seal(1)
    assert logged.purge(1.1) == 0
    with logged.database.reading() as connection:
        dated_back = connection.execute(select(DECISIONS.c.id).where(DECISIONS.c.at_us == 1))
        decision_id = dated_back.scalar_one()
    logged.purge_by_hand(decision_id, 2)
    with pytest.raises(BrokenChainError, match="before its time was over"):
        logged.audit()


def test_a_purge_of_what_is_held_is_found(logged: Logged) -> None:
    """However old it is; and nobody releases what is gone, after which it would not be missed."""
    held = logged.decide(0)
    logged.retention.hold(held, "Ada", "a law suit")
    logged.seal(0)
    assert logged.purge(26) == 0
    logged.audit()
    logged.purge_by_hand(held, 27)
    for months in (27, 28):
        with pytest.raises(BrokenChainError, match=f"{held} is on legal hold, and is gone"):
            logged.audit()
        logged.seal(months)
    with pytest.raises(UnknownDecisionError):
        logged.retention.release(held, "Ada", "settled")


def test_what_was_held_and_released_may_go(logged: Logged) -> None:
    """And is not missed."""
    held = logged.decide(0)
    logged.retention.hold(held, "Ada", "a law suit")
    logged.seal(0)
    logged.retention.release(held, "Ada", "settled")
    assert logged.purge(26) == 1
    logged.audit()


def test_a_purge_that_cannot_be_read_tells_of_nothing(logged: Logged) -> None:
    """The audit says what is missing, rather than break off."""
    logged.decide(0)
    logged.seal(0)
    said = {"before_us": 0, "positions": "1-x", "reason": "", "by_whom": "", "at_us": 0}
    with logged.database.writing() as connection:
        connection.execute(delete(DECISIONS))
        connection.execute(insert(PURGES).values(said))
    with pytest.raises(BrokenChainError, match="decision 1 was deleted"):
        logged.audit()


def test_a_forged_purge_is_found_by_a_new_file_of_anchors(logged: Logged, tmp_path: Path) -> None:
    """The old one was lost: the seals say how old their rows are, and the new one that they did."""
    young = logged.decide(0)
    logged.seal(0)
    logged.anchors = Anchors(tmp_path / "new.txt", logged.time)
    Sealer(logged.database, logged.anchors).seal()
    logged.purge_by_hand(young, 12)
    Sealer(logged.database, logged.anchors).seal()
    with pytest.raises(BrokenChainError, match="before its time was over"):
        logged.audit()


@pytest.fixture
def upgraded(logged: Logged) -> Logged:
    """Return a log of which three rows were sealed by the first version, and one since."""
    for months in (0, 1):
        logged.decide(months)
    logged.seal(1)
    logged.seal_as_of_old(since=1)
    logged.decide(10)
    logged.seal(10)
    return logged


def test_seals_of_the_first_version_are_understood(upgraded: Logged) -> None:
    """What they seal counts as made when the first seal says that something was."""
    assert upgraded.audit() == 4
    assert [upgraded.purge(months) for months in (26, 27, 34.9, 36)] == [0, 0, 0, 3]
    upgraded.audit()


def test_a_forged_purge_of_what_the_first_version_sealed_is_found(upgraded: Logged) -> None:
    """It may be old enough, and nothing proves it."""
    with upgraded.database.reading() as connection:
        old = (
            connection.execute(select(DECISIONS.c.id).order_by(DECISIONS.c.at_us)).scalars().first()
        )
    assert old
    upgraded.purge_by_hand(old, 34)
    with pytest.raises(BrokenChainError, match="before its time was over"):
        upgraded.audit()


def test_nobody_seals_as_the_first_version_any_more(upgraded: Logged) -> None:
    """A later seal that says nothing of its age never grows old, for the job and the audit."""
    upgraded.decide(11)
    upgraded.seal(11)
    newest = upgraded.audit()
    upgraded.seal_as_of_old(since=newest)
    assert upgraded.purge(40) == 3
    assert upgraded.audit() == newest + 1
    with upgraded.database.reading() as connection:
        left = connection.execute(select(DECISIONS.c.id)).scalar_one()
    upgraded.purge_by_hand(left, 41)
    with pytest.raises(BrokenChainError, match="before its time was over"):
        upgraded.audit()
