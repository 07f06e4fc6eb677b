"""Retention: 25 months to the day, legal holds aside, and the chain still holds."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from risk_platform.errors.handover import (
    BrokenChainError,
    NoHoldError,
    UnknownDecisionError,
)
from risk_platform.errors.models import MissingReasonError
from risk_platform.handover.clock import to_us
from risk_platform.handover.database import Database
from risk_platform.handover.log.ages import months_before
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.audit import Auditor
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.log.ranges import Ranges, written
from risk_platform.handover.log.retention import Retention
from risk_platform.handover.log.seals import Sealer
from risk_platform.handover.tables import DECISIONS, PURGES
from risk_platform_tests.handover.log.decided import decision

NOW = datetime.now(UTC)
DUE = months_before(NOW, 25)
OLD, YOUNG = DUE - timedelta(hours=1), DUE + timedelta(hours=1)


@pytest.fixture
def aged(database: Database, log: DecisionLog, anchors: Anchors) -> dict[str, str]:
    """Seal decisions of which some are an hour older than 25 months, some younger, one held."""
    times = {"old": OLD, "young": YOUNG, "held": OLD, "older": OLD - timedelta(days=400)}
    made = {name: decision(at_us=to_us(time)) for name, time in times.items()}
    log.append([[one] for one in made.values()])
    Sealer(database, anchors).seal()
    Retention(database).hold(made["held"].id, "Ada", "a law suit")
    return {name: one.id for name, one in made.items()}


def kept(database: Database, of: dict[str, str]) -> set[str]:
    """Return the names of the decisions that are there."""
    with database.reading() as connection:
        ids = set(connection.execute(select(DECISIONS.c.id)).scalars())
    return {name for name, one in of.items() if one in ids}


def test_what_is_older_than_25_months_goes(
    database: Database, anchors: Anchors, aged: dict[str, str]
) -> None:
    """An hour less, and it stays; a hold wins. The log is whole before and after the next seal."""
    assert Retention(database).purge("a run", NOW) == 2
    assert kept(database, aged) == {"young", "held"}
    for _ in range(2):
        Auditor(database, anchors).audit()
        Sealer(database, anchors).seal()
    assert Retention(database).purge("a run", NOW) == 0


def test_a_hold_ends_when_it_is_released(
    database: Database, anchors: Anchors, aged: dict[str, str]
) -> None:
    """It may be placed again."""
    retention = Retention(database)
    retention.release(aged["held"], "Ada", "settled")
    retention.hold(aged["held"], "Ada", "an appeal")
    retention.purge("a run", NOW)
    assert "held" in kept(database, aged)
    retention.release(aged["held"], "Ada", "settled")
    retention.purge("a run", NOW)
    assert kept(database, aged) == {"young"}
    Sealer(database, anchors).seal()
    assert Auditor(database, anchors).audit().unsealed == 0


def test_what_is_not_sealed_is_not_purged(database: Database, log: DecisionLog) -> None:
    """Nobody could tell later that it was there."""
    log.append([[decision(at_us=to_us(OLD))]])
    assert Retention(database).purge("a run", NOW) == 0
    assert log.count() == 1


def test_a_deletion_that_no_purge_tells_of_is_found(
    database: Database, anchors: Anchors, aged: dict[str, str]
) -> None:
    """Beside those that were purged."""
    Retention(database).purge("a run", NOW)
    with database.writing() as connection:
        connection.execute(delete(DECISIONS).where(DECISIONS.c.id == aged["young"]))
    with pytest.raises(BrokenChainError, match="was deleted"):
        Auditor(database, anchors).audit()


def test_a_purge_is_recorded(database: Database, aged: dict[str, str]) -> None:
    """Who, up to when, and which places in the chain."""
    del aged
    Retention(database).purge("run 12", NOW)
    with database.reading() as connection:
        event = connection.execute(select(PURGES)).one()
    assert (event.by_whom, event.at_us, event.before_us) == ("run 12", to_us(NOW), to_us(DUE))
    assert event.positions == "1-1 4-4"


def test_many_are_purged_a_few_at_a_time(
    database: Database, log: DecisionLog, anchors: Anchors
) -> None:
    """All go, and the chain holds."""
    log.append([[decision(at_us=to_us(OLD)) for _ in range(1_000)]])
    log.append([[decision(at_us=to_us(OLD)) for _ in range(300)], [decision()]])
    Sealer(database, anchors).seal()
    assert Retention(database).purge("a run", NOW) == 1_300
    assert log.count() == 1
    Sealer(database, anchors).seal()
    assert Auditor(database, anchors).audit().unsealed == 0


def test_holds_are_of_decisions_that_exist(database: Database, aged: dict[str, str]) -> None:
    """With a name and a reason; what is not held is not released."""
    retention = Retention(database)
    with pytest.raises(UnknownDecisionError, match="no decision 1234"):
        retention.hold("1234", "Ada", "a law suit")
    with pytest.raises(MissingReasonError):
        retention.hold(aged["old"], "Ada", " ")
    with pytest.raises(NoHoldError):
        retention.release(aged["old"], "Ada", "settled")


@pytest.mark.parametrize(
    ("moment", "before"),
    [("2026-11-22", "2024-10-22"), ("2026-03-31", "2024-02-29"), ("2025-01-31", "2022-12-31")],
)
def test_months_are_those_of_the_calendar(moment: str, before: str) -> None:
    """The same day, or the last one of a shorter month."""
    found = months_before(datetime.fromisoformat(moment), 25)
    assert found == datetime.fromisoformat(before)


def test_ranges_hold_what_was_written() -> None:
    """And nothing between, in whatever order they came."""
    ranges, numbers = Ranges[str](), {1: "a", 2: "a", 3: "a", 7: "a", 8: "b", 9: "b", 11: "a"}
    for given, said in (([8, 9], "b"), ([1, 2, 3, 7], "a"), ([11], "a")):
        ranges.add(written(given), said)
    assert written([1, 2, 3, 7]) == "1-3 7-7"
    found = {number: ranges.get(number) for number in range(-2, 15)}
    assert {number: said for number, said in found.items() if said} == numbers
    assert Ranges[str]().get(1) is None
