"""Tallies: counts are exact, samples bounded and true to what they are of, on either engine."""

import pytest

from risk_platform.handover.database import Database
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.log.tallies import Tallies
from risk_platform_tests.handover.log.decided import decision

SECOND = 1_000_000
MANY = 500


@pytest.fixture
def tallies(database: Database, log: DecisionLog) -> Tallies:
    """Return the tallies of 500 decisions, one a second, of which every fourth was declined."""
    made = [
        decision(
            at_us=n * SECOND,
            pd=(n + 0.5) / MANY,
            verdict="approve" if n % 4 else "decline",
            latency_us=n,
        )
        for n in range(MANY)
    ]
    log.append([made])
    return Tallies(database)


def test_counts_are_exact(tallies: Tallies) -> None:
    """The later edge is not in; times without decisions count none."""
    edges = [0, 100 * SECOND, 100 * SECOND + 1, 499 * SECOND, 900 * SECOND, 1_000 * SECOND]
    assert tallies.counts(edges) == [100, 1, 398, 1, 0]


def test_all_are_looked_at_where_they_are_few(tallies: Tallies) -> None:
    """Then rates are exact too."""
    found = tallies.sample(100 * SECOND, 200 * SECOND)
    assert (len(found.glimpses), found.step) == (100, 1)
    assert [one.latency_us for one in found.glimpses] == list(range(100, 200))


def test_of_many_a_bounded_number_is_looked_at_at_even_distances(tallies: Tallies) -> None:
    """Their mean PD is that of all, but for less than a step."""
    found = tallies.sample(0, MANY * SECOND, most=60)
    assert found.step == 9
    assert 50 <= len(found.glimpses) <= 60
    mean = sum(one.pd for one in found.glimpses) / len(found.glimpses)
    assert mean == pytest.approx(0.5, abs=found.step / MANY)


def test_a_time_without_decisions_has_no_sample(tallies: Tallies) -> None:
    """And none from outside of it."""
    assert tallies.sample(1_000 * SECOND, 2_000 * SECOND).glimpses == ()


def test_what_is_purged_is_missing_from_a_sample_and_nothing_else(
    tallies: Tallies, database: Database
) -> None:
    """Numbers have gaps then."""
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM decisions WHERE sequence BETWEEN 11 AND 20")
    found = tallies.sample(0, 40 * SECOND)
    assert [one.latency_us for one in found.glimpses] == [*range(10), *range(20, 40)]


def test_the_last_decisions_come_with_the_newest_first(tallies: Tallies) -> None:
    """As many as are asked for."""
    found = tallies.latest(3)
    assert [one.at_us // SECOND for one in found] == [499, 498, 497]
    assert found[0].reasons == '[{"code":"R01"}]'
