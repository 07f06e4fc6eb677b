"""An alias that was moved by hand raises an alarm, once."""

from pathlib import Path

import dagster as dg
import pytest
from pydantic import SecretStr

from risk_platform.commands.promote import promotions_of
from risk_platform.handover.promotions import Proposal
from risk_platform.handover.registry import Registry, Told
from risk_platform.orchestration.sensors import build_sensors
from risk_platform.scoring.bundle import write_bundle
from risk_platform.settings import Settings
from risk_platform_tests.bundles import small_bundle
from risk_platform_tests.orchestration.webhook import Webhook


@pytest.fixture
def settings(tmp_path: Path, webhook: Webhook) -> Settings:
    """Return a home with two versions, of which the first one leads."""
    settings = Settings(home=tmp_path, alert_webhook=SecretStr(webhook.url))
    registry = Registry(settings.tracking_uri, settings.model_name, settings.root / "mlflow")
    for seed in (1, 2):
        folder = tmp_path / f"bundle-{seed}"
        folder.mkdir()
        write_bundle(folder, small_bundle(seed=seed))
        made = registry.publish(folder, Told(), {})
        if seed == 1:
            promotions_of(settings).propose(
                Proposal(
                    version=made.version,
                    digest=made.digest,
                    candidate="model_lightgbm",
                    protocol="window12",
                    by="Ada",
                    run_id="a-run",
                    at="2026-01-01T00:00:00+00:00",
                )
            )
            promotions_of(settings).promote("nothing led")
    return settings


def look(settings: Settings, cursor: str | None) -> dg.SensorResult:
    """Let the sensor look once."""
    (sensor,) = (one for one in build_sensors(settings) if one.name == "watch_champion")
    context = dg.build_sensor_context(cursor=cursor)
    found = sensor(context)
    assert isinstance(found, dg.SensorResult)
    return found


def test_an_alias_that_is_as_recorded_raises_none(settings: Settings, webhook: Webhook) -> None:
    """Nothing is posted."""
    assert look(settings, None).cursor == ""
    assert webhook.bodies == []


def test_an_alias_moved_by_hand_raises_an_alarm_once(settings: Settings, webhook: Webhook) -> None:
    """The next look says the same, and is silent; moved back, it may be raised again."""
    registry = Registry(settings.tracking_uri, settings.model_name, settings.root / "mlflow")
    registry.promote(2)
    first = look(settings, None)
    again = look(settings, first.cursor)
    assert again.cursor == first.cursor
    assert [body["text"].split(":")[0] for body in webhook.bodies] == ["credit-pd"]
    assert "version 2 is champion, and version 1 should be" in webhook.bodies[0]["cause"]
    registry.promote(1)
    assert look(settings, again.cursor).cursor == ""
