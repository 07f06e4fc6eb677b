"""The collector: what was read, in Prometheus' words, and no question more often than it may."""

import pytest
from dagster_postgres.utils import DagsterPostgresException
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy.exc import OperationalError

from risk_platform.orchestration.exported.collector import MOST_SECONDS, DagsterCollector
from risk_platform.orchestration.exported.read import Known, Tick

KNOWN = Known(
    runs={"failure": 2},
    materialised={"raw_loans": 1_700_000_000.0},
    failing={("raw_loans", "are_whole"): True, ("raw_loans", "are_new"): False},
    daemons={"SENSOR": 1_700_000_001.0},
    ticks={"daily_watch": Tick("schedule", 1_700_000_002.0, failed=True)},
)
AWAY = OperationalError("select 1", {}, OSError("refused"))


class Instance:
    """What is read, counted; it can go away. Its clock goes on when a test says so."""

    def __init__(self, said: Exception = AWAY) -> None:
        self.reads, self.is_away, self.now, self._said = 0, False, 100.0, said

    def read(self) -> Known:
        """Read it."""
        self.reads += 1
        if self.is_away:
            raise self._said
        return KNOWN

    def registry(self) -> CollectorRegistry:
        """Return a registry with its collector."""
        registry = CollectorRegistry()
        registry.register(DagsterCollector(self.read, lambda: self.now))
        return registry


def told(registry: CollectorRegistry) -> list[str]:
    """Return the lines that Prometheus is sent, without comments."""
    lines = generate_latest(registry).decode().splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_all_of_it_is_told() -> None:
    """In base units; times as times, so that ages are Prometheus' to reckon."""
    assert told(Instance().registry()) == [
        "risk_dagster_up 1.0",
        "risk_dagster_read_seconds 0.0",
        'risk_dagster_runs{status="failure"} 2.0',
        'risk_dagster_materialized_timestamp_seconds{asset="raw_loans"} 1.7e+09',
        'risk_dagster_check_failed{asset="raw_loans",check="are_whole",severity="error"} 1.0',
        'risk_dagster_check_failed{asset="raw_loans",check="are_new",severity="warning"} 1.0',
        'risk_dagster_daemon_heartbeat_timestamp_seconds{daemon="sensor"} 1.700000001e+09',
        'risk_dagster_tick_timestamp_seconds{kind="schedule",name="daily_watch"} 1.700000002e+09',
        'risk_dagster_tick_failed{kind="schedule",name="daily_watch"} 1.0',
    ]


def test_the_instance_is_asked_seldom() -> None:
    """However often Prometheus, or anybody, asks; and not at all by registering."""
    instance = Instance()
    registry = instance.registry()
    assert instance.reads == 0
    for _ in range(5):
        told(registry)
    assert instance.reads == 1
    instance.now += MOST_SECONDS
    told(registry)
    assert instance.reads == 2


@pytest.mark.parametrize("said", [AWAY, DagsterPostgresException("too many retries")])
def test_what_cannot_be_read_is_not_told(said: Exception) -> None:
    """Nor what was read earlier: it would pass for what is. PostgreSQL has an error of its own."""
    instance = Instance(said)
    registry = instance.registry()
    told(registry)
    instance.is_away, instance.now = True, instance.now + MOST_SECONDS
    assert told(registry) == ["risk_dagster_up 0.0", "risk_dagster_read_seconds 0.0"]
    instance.is_away, instance.now = False, instance.now + MOST_SECONDS
    assert "risk_dagster_up 1.0" in told(registry)
