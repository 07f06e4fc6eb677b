"""Reading: what Dagster's instance knows, in a few queries that do not grow with its history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import dagster as dg
from dagster._core.scheduler.instigation import InstigatorStatus, TickStatus

from risk_platform.orchestration.monitoring.failed_checks import last_words

# Those that a run may have for longer than a moment.
STATUSES = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
    dg.DagsterRunStatus.CANCELED,
    dg.DagsterRunStatus.SUCCESS,
    dg.DagsterRunStatus.FAILURE,
)

_ENDED = [TickStatus.SUCCESS, TickStatus.SKIPPED, TickStatus.FAILURE]


@dataclass(frozen=True, slots=True)
class Tick:
    """The last tick that ended, of a sensor or schedule that is switched on.

    Parameters
    ----------
    kind
        ``sensor`` or ``schedule``.
    at_s
        When it began, in seconds since 1970.
    failed
        Whether it ended in an error.
    """

    kind: str
    at_s: float
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was read at one time; all times are in seconds since 1970.

    Parameters
    ----------
    runs
        How many runs are on record, by status.
    materialised
        When each asset was last made.
    failing
        Checks that do not hold of what is there now: asset, name, and whether that is an error.
    daemons
        When each of the daemon's parts last said that it lives.
    ticks
        By the names of sensors and schedules.
    """

    runs: Mapping[str, int] = field(default_factory=dict[str, int])
    materialised: Mapping[str, float] = field(default_factory=dict[str, float])
    failing: Mapping[tuple[str, str], bool] = field(default_factory=dict[tuple[str, str], bool])
    daemons: Mapping[str, float] = field(default_factory=dict[str, float])
    ticks: Mapping[str, Tick] = field(default_factory=dict[str, Tick])


class InstanceReader:
    """Reads an instance, again and again.

    Parameters
    ----------
    instance
        Dagster's.
    """

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance

    def read(self) -> Known:
        """Read all of it."""
        materialised = dict(self._materialised())
        return Known(
            runs={status.value.lower(): self._count(status) for status in STATUSES},
            materialised=materialised,
            failing=dict(self._failing(materialised)),
            daemons={
                kind: beat.timestamp
                for kind, beat in self._instance.get_daemon_heartbeats().items()
            },
            ticks=dict(self._ticks()),
        )

    def _count(self, status: dg.DagsterRunStatus) -> int:
        return self._instance.get_runs_count(dg.RunsFilter(statuses=[status]))

    def _materialised(self) -> Iterator[tuple[str, float]]:
        for record in self._instance.get_asset_records():
            if made := record.asset_entry.last_materialization:
                yield record.asset_entry.asset_key.to_user_string(), made.timestamp

    def _failing(self, materialised: Mapping[str, float]) -> Iterator[tuple[tuple[str, str], bool]]:
        """Yield the checks that do not hold; a word from before the asset was made says nothing."""
        for at_s, check in last_words(self._instance):
            asset = check.asset_key.to_user_string()
            if not check.passed and at_s >= materialised.get(asset, 0.0):
                is_error = check.severity is dg.AssetCheckSeverity.ERROR
                yield (asset, check.check_name), is_error

    def _ticks(self) -> Iterator[tuple[str, Tick]]:
        """Yield the last tick of each that is switched on and has had one."""
        running = {
            state.selector_id: state
            for state in self._instance.all_instigator_state()
            if state.status is not InstigatorStatus.STOPPED
        }
        for selector, state in running.items():
            last = self._instance.get_ticks(
                state.instigator_origin_id, selector, limit=1, statuses=_ENDED
            )
            kind = state.instigator_type.value.lower()
            for tick in last:
                yield state.name, Tick(kind, tick.timestamp, tick.status is TickStatus.FAILURE)
