"""What is read of Dagster's instance: runs, assets, checks, daemons and turns of sensors."""

import time
from collections.abc import Iterator

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import (
    InProcessCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._daemon.types import DaemonHeartbeat
from dagster_shared.error import SerializableErrorInfo

from risk_platform.orchestration.exported.read import InstanceReader


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """Return an instance without a past."""
    with dg.instance_for_test() as made:
        yield made


def loans(
    *, holds: bool = True, severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR
) -> dg.Definitions:
    """Return an asset, and a check of it that holds or does not."""

    @dg.asset
    def raw_loans() -> None:
        """Make nothing."""

    @dg.asset_check(asset=raw_loans)
    def are_whole() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=holds, severity=severity)

    return dg.Definitions(assets=[raw_loans], asset_checks=[are_whole])


def made(
    instance: dg.DagsterInstance, definitions: dg.Definitions, *, checked: bool = True
) -> None:
    """Run all of it, or leave the checks out."""
    selection = dg.AssetSelection.all()
    job = dg.define_asset_job("make", selection if checked else selection.without_checks())
    whole = dg.Definitions.merge(definitions, dg.Definitions(jobs=[job]))
    whole.resolve_job_def("make").execute_in_process(instance=instance)


def test_nothing_is_known_of_an_instance_without_a_past(instance: dg.DagsterInstance) -> None:
    """No run of any status; and no figure is made up."""
    known = InstanceReader(instance).read()
    assert set(known.runs.values()) == {0}
    assert [known.materialised, known.failing, known.daemons, known.ticks] == [{}] * 4


def test_runs_and_assets_are_counted(instance: dg.DagsterInstance) -> None:
    """By status, and by when they were made."""
    before = time.time()
    made(instance, loans())
    instance.add_run(dg.DagsterRun(job_name="make", status=dg.DagsterRunStatus.FAILURE))
    known = InstanceReader(instance).read()
    assert (known.runs["success"], known.runs["failure"], known.runs["queued"]) == (1, 1, 0)
    assert before <= known.materialised["raw_loans"] <= time.time()


@pytest.mark.parametrize("severity", dg.AssetCheckSeverity)
def test_a_check_that_does_not_hold_is_known(
    instance: dg.DagsterInstance, severity: dg.AssetCheckSeverity
) -> None:
    """And whether it is more than a warning."""
    made(instance, loans(holds=False, severity=severity))
    is_error = severity is dg.AssetCheckSeverity.ERROR
    assert InstanceReader(instance).read().failing == {("raw_loans", "are_whole"): is_error}


def test_the_last_word_of_a_check_counts(instance: dg.DagsterInstance) -> None:
    """Whatever it said before."""
    reader = InstanceReader(instance)
    made(instance, loans(holds=False))
    assert reader.read().failing
    made(instance, loans(holds=True))
    assert not reader.read().failing


def test_a_word_about_an_older_table_counts_no_more(instance: dg.DagsterInstance) -> None:
    """As of a check that the code does not have any more, once its table is made anew."""
    made(instance, loans(holds=False))
    reader = InstanceReader(instance)
    assert reader.read().failing
    made(instance, loans(), checked=False)
    assert not reader.read().failing


def test_daemons_are_known_by_their_heartbeats(instance: dg.DagsterInstance) -> None:
    """Each part of the daemon has its own."""
    instance.add_daemon_heartbeat(DaemonHeartbeat(1_700_000_000.0, "SENSOR", "an id"))
    assert InstanceReader(instance).read().daemons == {"SENSOR": 1_700_000_000.0}


def sensor(status: InstigatorStatus = InstigatorStatus.RUNNING) -> InstigatorState:
    """Return the state of a sensor, as a daemon keeps it."""
    target = LoadableTargetOrigin(module_name="risk_platform.definitions")
    place = RemoteRepositoryOrigin(InProcessCodeLocationOrigin(target), "__repository__")
    origin = RemoteInstigatorOrigin(place, "pause_serving_on_drift")
    return InstigatorState(origin, InstigatorType.SENSOR, status, SensorInstigatorData())


FAILED = SerializableErrorInfo("the database is away", [], "LogUnavailableError")


def turn(
    instance: dg.DagsterInstance, state: InstigatorState, status: TickStatus, at_s: float
) -> None:
    """Let it have had a turn."""
    instance.create_tick(
        TickData(
            instigator_origin_id=state.instigator_origin_id,
            instigator_name=state.instigator_name,
            instigator_type=InstigatorType.SENSOR,
            status=status,
            timestamp=at_s,
            selector_id=state.selector_id,
            run_ids=[],
            error=FAILED if status is TickStatus.FAILURE else None,
        )
    )


def test_the_last_turn_that_ended_is_told(instance: dg.DagsterInstance) -> None:
    """One that is under way says nothing yet, so that a failure does not blink."""
    state = sensor()
    instance.add_instigator_state(state)
    turn(instance, state, TickStatus.SUCCESS, 1_700_000_000.0)
    turn(instance, state, TickStatus.FAILURE, 1_700_000_030.0)
    turn(instance, state, TickStatus.STARTED, 1_700_000_060.0)
    last = InstanceReader(instance).read().ticks["pause_serving_on_drift"]
    assert (last.kind, last.at_s, last.failed) == ("sensor", 1_700_000_030.0, True)


def test_a_sensor_that_is_switched_off_is_not_told(instance: dg.DagsterInstance) -> None:
    """It has no turns, and should not."""
    state = sensor(InstigatorStatus.STOPPED)
    instance.add_instigator_state(state)
    turn(instance, state, TickStatus.FAILURE, 1_700_000_000.0)
    assert not InstanceReader(instance).read().ticks
