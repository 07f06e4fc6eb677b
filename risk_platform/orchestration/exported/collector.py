"""The collector: what was read of Dagster, in the words of Prometheus."""

import threading
import time
from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from risk_platform.orchestration.exported.read import Known
from risk_platform.orchestration.unreadable import instance_errors

# However often and by however many the figures are asked for, Dagster's database is asked so often.
MOST_SECONDS = 10.0
_PREFIX = "risk_dagster"


class DagsterCollector(Collector):
    """Tells what an instance knows; where it cannot be read, that alone.

    Parameters
    ----------
    read
        Reads the instance.
    clock
        Seconds that only go on.
    """

    def __init__(
        self, read: Callable[[], Known], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read, self._clock, self._turn = read, clock, threading.Lock()
        self._known: Known | None = None
        self._read_at, self._took = -MOST_SECONDS, 0.0

    def describe(self) -> list[GaugeMetricFamily]:
        """Describe nothing: registering must not read."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield everything, of a reading that is ten seconds old at the most."""
        with self._turn:
            if self._clock() - self._read_at >= MOST_SECONDS:
                self._look()
            known, took = self._known, self._took
        yield _one("up", "1: Dagster's instance can be read; 0: not", known is not None)
        yield _one("read_seconds", "How long reading the instance took", took)
        if known is not None:
            yield from _families(known)

    def _look(self) -> None:
        began = self._clock()
        try:
            self._known = self._read()
        except instance_errors():
            # What was read earlier would pass for what is.
            self._known = None
        self._read_at = self._clock()
        self._took = self._read_at - began


def _families(known: Known) -> Iterator[GaugeMetricFamily]:
    runs = _family("runs", "Runs on record, by status", "status")
    for status, many in known.runs.items():
        runs.add_metric([status], many)
    made = _family("materialized_timestamp_seconds", "When each asset was last made", "asset")
    for asset, at_s in known.materialised.items():
        made.add_metric([asset], at_s)
    failing = _family(
        "check_failed", "1: the check does not hold of what is there", "asset", "check", "severity"
    )
    for (asset, check), is_error in known.failing.items():
        failing.add_metric([asset, check, "error" if is_error else "warning"], 1)
    beats = _family("daemon_heartbeat_timestamp_seconds", "When it last said it lives", "daemon")
    for daemon, at_s in known.daemons.items():
        beats.add_metric([daemon.lower()], at_s)
    ticks = _family("tick_timestamp_seconds", "When it last had a turn", "kind", "name")
    failed = _family("tick_failed", "1: its last turn ended in an error", "kind", "name")
    for name, tick in known.ticks.items():
        ticks.add_metric([tick.kind, name], tick.at_s)
        failed.add_metric([tick.kind, name], tick.failed)
    yield from (runs, made, failing, beats, ticks, failed)


def _family(name: str, about: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{_PREFIX}_{name}", about, labels=labels)


def _one(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{_PREFIX}_{name}", about, value=float(value))
