"""Metrics for Prometheus; every label is of a closed set, so that no client can add a series."""

import os
import struct
from functools import cache
from pathlib import Path
from typing import Literal

import psutil
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from risk_platform.handover.drift import Light
from serving.visits import Visit

CONTENT_TYPE = CONTENT_TYPE_LATEST
_METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000)
# prometheus_client shares metrics of several processes by files in the folder that this names.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class DeskMetrics:
    """What is counted of decisions, and of what they hang on.

    Parameters
    ----------
    registry
        Where it stands.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.scores = Counter(
            "risk_scores_total", "Applications decided, by verdict", ("verdict",), registry=registry
        )
        self.queue = _gauge(
            registry, "risk_decisions_queued", "Decisions that wait to be recorded", "livesum"
        )
        self.batch = Histogram(
            "risk_commit_decisions",
            "Decisions recorded in one transaction",
            buckets=_SIZES,
            registry=registry,
        )
        self.commit = Histogram(
            "risk_commit_duration_seconds",
            "Time of one transaction of the decision log",
            buckets=_SECONDS,
            registry=registry,
        )
        self.model = _gauge(
            registry, "risk_model_version", "Version of the champion that answers", "livemin"
        )
        self.gate = _gauge(
            registry, "risk_serving_running", "1: the gate lets scores out; 0: not", "livemin"
        )
        self.lease = _gauge(
            registry,
            "risk_lease_seconds",
            "For how long scores may leave yet, by the database's clock; negative: that has ended",
            "livemin",
        )
        self.epoch = _gauge(
            registry,
            "risk_gate_epoch",
            "How often the gate was moved, to stop or resume",
            "livemax",
        )
        self.drift = DriftMetrics(registry)
        self.unsealed = _gauge(
            registry,
            "risk_unsealed_seconds",
            "Age of the oldest row that waits to be sealed; 0: none waits",
            "livemax",
        )


class DriftMetrics:
    """What the last look for drift found, of the model that answers.

    Parameters
    ----------
    registry
        Where it stands.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._light = Gauge(
            "risk_drift_light",
            "1: the light of drift is this one; none is where there is no report of this model",
            ("light",),
            registry=registry,
            multiprocess_mode="livemax",
        )
        self._share = _gauge(
            registry, "risk_drift_share_ratio", "Drifted inputs, weighted by importance", "livemax"
        )
        self._looked = _gauge(
            registry,
            "risk_drift_look_timestamp_seconds",
            "When decisions were last looked at; 0: never",
            "livemax",
        )

    def show(self, light: Light | None, share: float, looked_s: float) -> None:
        """Show a light, or none, the share of drifted inputs, and when decisions were looked at."""
        for one in Light:
            self._light.labels(one.value).set(one is light)
        self._share.set(share)
        self._looked.set(looked_s)


class Metrics:
    """What the service counts, in a registry of its own: of requests here, of decisions apart."""

    def __init__(self) -> None:
        of = self._registry = CollectorRegistry()
        self.desk = DeskMetrics(of)
        self._requests = Counter(
            "risk_http_requests_total",
            "Requests by route, method and class of status",
            ("route", "method", "status"),
            registry=of,
        )
        self._seconds = Histogram(
            "risk_http_request_duration_seconds",
            "From the first header to the end of the answer",
            ("route",),
            buckets=_SECONDS,
            registry=of,
        )
        self._problems = Counter(
            "risk_problems_total", "Refusals by type of problem", ("type",), registry=of
        )

    @cache  # noqa: B019 - of as many arguments as there are series, and as long as the process
    def _series(self, route: str, method: str, hundreds: int) -> tuple[Counter, Histogram]:
        requests = self._requests.labels(route, method, f"{hundreds}xx")
        return requests, self._seconds.labels(route)

    def answered(self, visit: Visit, method: str, seconds: float) -> None:
        """Count a request that was answered."""
        known = method if method in _METHODS else "other"
        requests, durations = self._series(visit.route, known, visit.status // 100)
        requests.inc()
        durations.observe(seconds)
        if visit.problem:
            self._problems.labels(visit.problem).inc()

    def render(self) -> bytes:
        """Return everything in Prometheus' text form: of all workers, where they share a folder."""
        if folder := os.environ.get(SHARED_FOLDER):
            _forget_the_dead(Path(folder))
            together = CollectorRegistry()
            multiprocess.MultiProcessCollector(together, folder)
            return scraped(together)
        return generate_latest(self._registry)


@retry(retry=retry_if_exception_type(struct.error), stop=stop_after_delay(1), wait=wait_fixed(0.02))
def scraped(together: CollectorRegistry) -> bytes:
    """Return what all workers told; again, where one of them is only just making its file."""
    return generate_latest(together)


def _gauge(
    registry: CollectorRegistry,
    name: str,
    about: str,
    of_workers: Literal["livesum", "livemin", "livemax"],
) -> Gauge:
    """Return a gauge, and how those of several workers become one."""
    return Gauge(name, about, registry=registry, multiprocess_mode=of_workers)


def share_between_workers(home: Path) -> None:
    """Let processes that are started from here share their metrics, from zero.

    What an earlier start left is thrown away: nobody counts there any more.
    """
    folder = home / "metrics"
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink(missing_ok=True)
    os.environ[SHARED_FOLDER] = str(folder)


def _forget_the_dead(folder: Path) -> None:
    """Leave workers that ended, however they did, out of what counts the living."""
    for pid in {int(file.stem.rpartition("_")[2]) for file in folder.glob("gauge_live*_*.db")}:
        if not psutil.pid_exists(pid):
            multiprocess.mark_process_dead(pid, str(folder))
