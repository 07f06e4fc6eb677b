"""Sensors: new files ask for one refresh, and a failed run is told."""

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from pydantic import SecretStr

from risk_platform.definitions import build_definitions
from risk_platform.errors.sources import EmptySourceError
from risk_platform.orchestration.partitions import EVERY_QUARTER
from risk_platform.orchestration.sensors import build_sensors
from risk_platform.settings import Settings
from risk_platform.sources.digest import file_digests, source_digest
from risk_platform.sources.raw_file import RawFile
from risk_platform_tests.orchestration.webhook import Webhook


class Drop:
    """A drop folder, and the sensor that looks into it again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir()
        settings = Settings(drop_folder=str(folder))
        self.sensor = build_sensors(settings)[0]
        self.definitions = build_definitions(settings)
        self.cursor: str | None = None

    def put(self, name: str, text: str) -> None:
        """Write a file into the folder."""
        (self.folder / name).write_text(text)

    def look(self) -> list[str]:
        """Let the sensor look once, and return the keys of the runs that it asks for."""
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_sensor_context(
                instance, cursor=self.cursor, definitions=self.definitions
            )
            tick = self.sensor.evaluate_tick(context)
        self.cursor = tick.cursor
        self.why = tick.skip_message or ""
        self.tags = [request.tags for request in tick.run_requests or []]
        return [str(request.run_key) for request in tick.run_requests or []]


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    """Return an empty drop folder."""
    return Drop(tmp_path / "drop")


def test_an_empty_folder_asks_for_nothing(drop: Drop) -> None:
    """The tick says that no file is there."""
    assert drop.look() == []
    assert "no raw file" in drop.why


def test_a_file_that_stays_the_same_is_asked_for_once(drop: Drop) -> None:
    """At the first look it may still grow, at the second it is whole, at the third it is old."""
    drop.put("a.csv", "text")
    assert drop.look() == []
    assert len(drop.look()) == 1
    assert drop.look() == []


def test_the_run_covers_all_quarters_and_is_named_by_the_bytes(drop: Drop) -> None:
    """The key of the run is the digest of the files."""
    drop.put("a.csv", "text")
    drop.look()
    (key,) = drop.look()
    assert key.startswith(source_digest(file_digests([RawFile(drop.folder / "a.csv")])))
    assert drop.tags[0].items() >= EVERY_QUARTER.items()


def test_a_file_that_grows_is_waited_for(drop: Drop) -> None:
    """A file of another size at each look is half-written; so is everything with it."""
    drop.put("whole.csv", "text")
    for rows in range(3):
        drop.put("growing.csv", "row\n" * rows)
        assert drop.look() == []
    assert "growing.csv" in drop.why
    assert len(drop.look()) == 1


def test_a_marker_says_that_a_file_is_whole(drop: Drop) -> None:
    """Whoever writes `a.csv.done` last need not wait for a second look."""
    drop.put("a.csv", "text")
    drop.put("a.csv.done", "")
    assert len(drop.look()) == 1


def test_the_marker_of_an_earlier_delivery_says_nothing_of_this_one(drop: Drop) -> None:
    """A file that is written anew, beside a marker that was left, is looked at twice."""
    drop.put("a.csv", "text")
    drop.put("a.csv.done", "")
    drop.look()
    os.utime(drop.folder / "a.csv.done", (0, 0))
    drop.put("a.csv", "half of the n")
    assert drop.look() == []
    assert len(drop.look()) == 1


def test_names_of_no_raw_file_are_not_looked_at(drop: Drop) -> None:
    """Many programs copy under another name, and rename at the end."""
    drop.put("a.csv.part", "te")
    drop.look()
    assert drop.look() == []


def test_a_changed_byte_asks_again(drop: Drop) -> None:
    """Other bytes are another run, though name and size are the same."""
    first = settled(drop, "text")
    second = settled(drop, "next")
    assert len(first) == len(second) == 1
    assert first != second


def test_a_touched_file_asks_for_nothing(drop: Drop) -> None:
    """The same bytes are not refreshed twice."""
    settled(drop, "text")
    assert settled(drop, "text") == []
    assert "same bytes" in drop.why


def test_bytes_that_return_are_refreshed_again(drop: Drop) -> None:
    """Taking a change back is a change."""
    keys = [settled(drop, text) for text in ("text", "next", "text")]
    assert all(len(asked) == 1 for asked in keys)
    assert keys[0] != keys[2]


def test_a_tick_that_is_repeated_asks_with_the_same_key(drop: Drop) -> None:
    """After a crash Dagster repeats the tick, and starts no second run of a key."""
    drop.put("a.csv", "text")
    drop.look()
    before = drop.cursor
    first = drop.look()
    drop.cursor = before
    assert drop.look() == first


def settled(drop: Drop, text: str) -> list[str]:
    """Write a file, and look until it is whole."""
    drop.put("a.csv", text)
    (drop.folder / "a.csv").touch()
    drop.look()
    return drop.look()


def test_without_a_folder_the_sensor_says_so() -> None:
    """Switched on by mistake, it asks for nothing."""
    sensor, *_ = build_sensors(Settings(drop_folder=""))
    with dg.DagsterInstance.ephemeral() as instance:
        tick = sensor.evaluate_tick(
            dg.build_sensor_context(instance, definitions=build_definitions(Settings()))
        )
    assert "RISK_DROP_FOLDER" in (tick.skip_message or "")


def test_the_drop_folder_is_the_source_where_no_other_is(tmp_path: Path) -> None:
    """What the sensor asks to be refreshed is what the run reads."""
    definitions = build_definitions(Settings(drop_folder=str(tmp_path)))
    assert (definitions.resources or {})["source"].files == str(tmp_path)


def test_the_sensor_asks_for_nothing_that_runs_would_not_read(tmp_path: Path) -> None:
    """They read what RISK_SOURCE names, and it says so."""
    (tmp_path / "a.csv").write_text("text")
    settings = Settings(drop_folder=str(tmp_path), source="elsewhere")
    sensor, *_ = build_sensors(settings)
    with dg.DagsterInstance.ephemeral() as instance:
        tick = sensor.evaluate_tick(
            dg.build_sensor_context(instance, definitions=build_definitions(settings))
        )
    assert "RISK_SOURCE" in (tick.skip_message or "")


@pytest.fixture
def failed() -> Iterator[dg.RunFailureSensorContext]:
    """Return what the sensor is told of a run that failed with a secret in its cause."""

    @dg.asset
    def spoilt() -> None:
        raise EmptySourceError("https://me:pa55word@files/a.csv")

    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([spoilt], instance=instance, raise_on_error=False)
        run = instance.get_run_by_id(result.run_id)
        assert run is not None
        (event,) = (event for event in result.all_events if event.is_run_failure)
        yield dg.build_run_status_sensor_context(
            "alert_on_failure", event, instance, run
        ).for_run_failure()


def alerting(webhook_url: str) -> dg.SensorDefinition:
    """Return the sensor that tells a webhook; none where its address is empty."""
    return build_sensors(Settings(alert_webhook=SecretStr(webhook_url), dagster_port=3000))[1]


def test_a_failed_run_is_told_to_the_webhook(
    failed: dg.RunFailureSensorContext, webhook: Webhook
) -> None:
    """Job, run, step, first cause and link; and no password."""
    alerting(webhook.url)(failed)
    (body,) = webhook.bodies
    assert body["step"] == "spoilt"
    assert body["cause"] == "https://***@files/a.csv is empty"
    assert body["link"] == f"http://127.0.0.1:3000/runs/{failed.dagster_run.run_id}"


def test_a_failed_run_is_logged_where_no_webhook_is(
    failed: dg.RunFailureSensorContext, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without a setting the alert stands in the log."""
    alerting("")(failed)
    assert "failed at spoilt: https://***@files/a.csv is empty" in capfd.readouterr().err


def test_an_alert_that_is_not_taken_is_logged(
    failed: dg.RunFailureSensorContext, webhook: Webhook, capfd: pytest.CaptureFixture[str]
) -> None:
    """The alert is not lost, and the webhook's address stays unsaid."""
    webhook.statuses = [404]
    alerting(webhook.url)(failed)
    logged = capfd.readouterr().err
    assert "failed at spoilt" in logged
    assert "answered 404" in logged
    assert "s3cret" not in logged
