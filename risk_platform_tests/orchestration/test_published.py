"""What was damaged since it was published is found by the daily watch, and told by name."""

from pathlib import Path

import dagster as dg
from pydantic import SecretStr

from risk_platform.orchestration.checks.published import PUBLISHED, VERIFIED
from risk_platform.orchestration.sensors import build_sensors
from risk_platform.settings import Settings
from risk_platform.store.tables import TableStore
from risk_platform_tests.orchestration.small_platform import SmallPlatform, small_platform
from risk_platform_tests.orchestration.webhook import Webhook


def flip_a_bit(file: Path) -> None:
    """Change one bit in the middle of a file, and not its size."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def watch(platform: SmallPlatform, *assets: str) -> dg.ExecuteInProcessResult:
    """Run the daily job's verification of some assets."""
    checks = {dg.AssetCheckKey(dg.AssetKey(asset), VERIFIED) for asset in assets}
    job = platform.definitions.resolve_job_def("watch_platform").get_subset(
        asset_selection=set(), asset_check_selection=checks
    )
    return job.execute_in_process(instance=platform.instance, raise_on_error=False)


def told(done: dg.ExecuteInProcessResult, platform: SmallPlatform, webhook: Webhook) -> str:
    """Return what the webhook is told of a failed run."""
    run = platform.instance.get_run_by_id(done.run_id)
    assert run is not None
    (event,) = (event for event in done.all_events if event.is_run_failure)
    alert = build_sensors(Settings(alert_webhook=SecretStr(webhook.url)))[1]
    context = dg.build_run_status_sensor_context(
        "alert_on_failure", event, platform.instance, run
    ).for_run_failure()
    alert(context)
    (body,) = webhook.bodies
    return body["cause"]


def test_a_flipped_bit_fails_the_watch_and_is_told_by_name(
    tmp_path: Path, webhook: Webhook
) -> None:
    """The file has its size; check, run and alert name it, and the other table is judged too."""
    with small_platform(tmp_path) as platform:
        platform.land()
        assert watch(platform, "raw_loans", "quarantined_loans").success
        file = Path(TableStore(platform.settings.tables_root).files("raw_loans")[0])
        flip_a_bit(file)
        done = watch(platform, "raw_loans", "quarantined_loans")
        cause = told(done, platform, webhook)
    sentence = f"{file} is not what was published"
    passed = {
        check.asset_key.to_user_string(): (check.passed, check.description)
        for check in done.get_asset_check_evaluations()
    }
    assert not done.success
    assert sentence in cause
    assert passed["quarantined_loans"][0]
    assert not passed["raw_loans"][0]
    assert sentence in (passed["raw_loans"][1] or "")


def test_the_watch_reads_what_is_published_and_a_refresh_need_not(tmp_path: Path) -> None:
    """Every asset that is made is verified daily; whoever publishes has read it back."""
    with small_platform(tmp_path) as platform:
        graph = platform.definitions.resolve_asset_graph()
        jobs = [
            platform.definitions.resolve_job_def(name).asset_layer.asset_graph.asset_check_keys
            for name in ("watch_platform", "refresh_platform")
        ]
    watched, refreshed = (
        {key.asset_key.to_user_string() for key in keys if key.name == VERIFIED} for keys in jobs
    )
    assert watched == set(PUBLISHED)
    made = {key.to_user_string() for key in graph.materializable_asset_keys}
    # Pages are for people to open, and figures of monitoring go to MLflow: no asset reads them.
    unread = {"validation_report", "drift_report", "drift_of_vintages", "serving_gate"}
    assert watched == made - unread
    assert refreshed == set()
