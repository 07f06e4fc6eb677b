"""Schedules: by the clock, once switched on; and what may run at the same time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from risk_platform.commands.home import open_instance
from risk_platform.definitions import build_definitions
from risk_platform.orchestration.partitions import EVERY_QUARTER
from risk_platform.settings import Settings

NIGHT = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def repository() -> dg.RepositoryDefinition:
    """Return all that Dagster loads."""
    return build_definitions(Settings()).get_repository_def()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """Return an instance that the project's ``dagster.yaml`` describes."""
    with open_instance(Settings(home=tmp_path)) as opened:
        yield opened


def asked(schedule: dg.ScheduleDefinition, repository: dg.RepositoryDefinition) -> dg.RunRequest:
    """Return the run that a schedule asks for."""
    context = dg.build_schedule_context(scheduled_execution_time=NIGHT, repository_def=repository)
    requests = schedule.evaluate_tick(context).run_requests or []
    assert len(requests) == 1
    return requests[0]


@pytest.mark.parametrize(
    ("name", "job", "cron"),
    [
        ("monthly_refresh", "refresh_platform", "0 3 2 * *"),
        ("daily_watch", "watch_platform", "0 6 * * *"),
    ],
)
def test_a_schedule_asks_for_all_quarters_in_one_run(
    repository: dg.RepositoryDefinition, name: str, job: str, cron: str
) -> None:
    """One run covers every quarter, at an hour of UTC."""
    schedule = repository.get_schedule_def(name)
    assert (schedule.job_name, schedule.cron_schedule) == (job, cron)
    assert schedule.execution_timezone == "UTC"
    assert asked(schedule, repository).tags.items() >= EVERY_QUARTER.items()


def test_nothing_runs_by_itself_until_it_is_switched_on(
    repository: dg.RepositoryDefinition,
) -> None:
    """Only alerts are raised without being asked for."""
    started = [schedule.default_status for schedule in repository.schedule_defs]
    assert set(started) == {dg.DefaultScheduleStatus.STOPPED}
    sensors = {sensor.name: sensor.default_status for sensor in repository.sensor_defs}
    assert sensors["refresh_on_new_files"] is dg.DefaultSensorStatus.STOPPED
    assert sensors["alert_on_failure"] is dg.DefaultSensorStatus.RUNNING


def test_watching_makes_nothing(repository: dg.RepositoryDefinition) -> None:
    """The daily run looks at the files and runs checks; no asset is made anew."""
    layer = repository.get_job("watch_platform").asset_layer
    made = [key for key in layer.selected_asset_keys if layer.get(key).is_materializable]
    assert made == []
    assert dg.AssetKey("loan_files") in layer.selected_asset_keys
    assert {check.asset_key.to_user_string() for check in layer.asset_graph.asset_check_keys} >= {
        "cleaned_loans",
        "loan_features",
        "deployed_champion",
    }


def test_spark_runs_once_at_a_time(
    repository: dg.RepositoryDefinition, instance: dg.DagsterInstance
) -> None:
    """Every asset that Spark makes is in its pool, of which one run at a time takes place."""
    graph = repository.asset_graph
    by_spark = {key for key in graph.get_all_asset_keys() if "pyspark" in graph.get(key).kinds}
    assert by_spark
    assert all(graph.get(key).pools == {"spark"} for key in by_spark)
    pools = instance.get_concurrency_config().pool_config
    assert pools.default_pool_limit == 1
    assert str(pools.pool_granularity.value) == "run"  # pyright: ignore[reportOptionalMemberAccess]


def test_looking_at_files_waits_for_nobody(repository: dg.RepositoryDefinition) -> None:
    """The raw files are observed while a refresh is at work."""
    assert not repository.asset_graph.get(dg.AssetKey("loan_files")).pools


def test_a_run_that_does_not_end_makes_way(instance: dg.DagsterInstance) -> None:
    """Dagster ends a run after half a day, and one that does not start after five minutes."""
    assert instance.run_monitoring_enabled
    assert instance.run_monitoring_max_runtime_seconds == 43_200
    assert instance.run_monitoring_start_timeout_seconds == 300


def test_assets_are_expected_every_month(repository: dg.RepositoryDefinition) -> None:
    """Each asset that is made warns after 32 days, and has failed after 38."""
    graph = repository.asset_graph
    policies = {graph.get(key).freshness_policy for key in graph.materializable_asset_keys}
    assert len(policies) == 1
    (policy,) = policies
    assert isinstance(policy, dg.FreshnessPolicy)
    assert graph.get(dg.AssetKey("loan_files")).freshness_policy is None


def test_the_day_that_is_over_is_reported_every_night(
    repository: dg.RepositoryDefinition,
) -> None:
    """By its own partition, once."""
    request = asked(repository.get_schedule_def("daily_monitoring"), repository)
    assert (request.partition_key, request.run_key) == ("2026-03-01", "2026-03-01")


def test_a_refresh_leaves_monitoring_out(repository: dg.RepositoryDefinition) -> None:
    """Days of decisions are no quarters of issue, and the gate is recorded when it moves."""
    made = repository.get_job("refresh_platform").asset_layer.selected_asset_keys
    monitored = {"serving_gate", "drift_report", "drift_of_vintages"}
    assert monitored.isdisjoint(key.to_user_string() for key in made)
