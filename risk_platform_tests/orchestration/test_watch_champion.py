"""An alias that was moved by hand raises an alarm, once."""

from pathlib import Path

import dagster as dg
import pytest
from pydantic import SecretStr

from risk_platform.handover.models.promotions import DOCUMENT, Promotions
from risk_platform.handover.models.registry import Registry, Told
from risk_platform.orchestration.sensors import AGREES, build_sensors
from risk_platform.scoring.bundle import write_bundle
from risk_platform.settings import Settings
from risk_platform.store.documents import DocumentStore
from risk_platform_tests.bundles import proposal, small_bundle
from risk_platform_tests.orchestration.webhook import Webhook


@pytest.fixture
def settings(tmp_path: Path, webhook: Webhook) -> Settings:
    """Return a home with two versions, of which the first one leads."""
    settings = Settings(home=tmp_path, alert_webhook=SecretStr(webhook.url))
    registry = Registry.of(settings)
    for seed in (1, 2):
        folder = tmp_path / f"bundle-{seed}"
        folder.mkdir()
        write_bundle(folder, small_bundle(seed=seed))
        made = registry.publish(folder, Told(), {})
        if seed == 1:
            Promotions.of(settings).propose(proposal(made.version, made.digest))
            Promotions.of(settings).promote(made.version, "nothing led")
    return settings


def look(settings: Settings, cursor: str | None) -> str:
    """Let the sensor look once, as the daemon does, and return what it remembers."""
    (sensor,) = (one for one in build_sensors(settings) if one.name == "watch_champion")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance, cursor=cursor)
        return sensor.evaluate_tick(context).cursor or ""


def test_an_alias_that_is_as_recorded_raises_none(settings: Settings, webhook: Webhook) -> None:
    """Nothing is posted, however often it looks."""
    assert look(settings, look(settings, None)) == AGREES
    assert webhook.bodies == []


def test_an_alias_moved_by_hand_raises_an_alarm_once(settings: Settings, webhook: Webhook) -> None:
    """When two looks have seen it; moved back and away again, another is raised."""
    registry = Registry.of(settings)
    registry.promote(2)
    first = look(settings, None)
    assert webhook.bodies == []
    told = look(settings, first)
    assert look(settings, told) == told
    assert len(webhook.bodies) == 1
    assert "version 2 is champion, and version 1 should be" in webhook.bodies[0]["cause"]
    registry.promote(1)
    mended = look(settings, told)
    assert mended == AGREES
    registry.promote(2)
    look(settings, look(settings, mended))
    assert len(webhook.bodies) == 2


def test_an_alarm_that_was_not_taken_is_raised_again(settings: Settings, webhook: Webhook) -> None:
    """The webhook refuses the first one."""
    Registry.of(settings).promote(2)
    webhook.statuses = [404, 200]
    seen = look(settings, None)
    refused = look(settings, seen)
    assert refused == seen
    assert look(settings, refused) != seen
    assert len(webhook.bodies) == 2


def test_a_record_that_cannot_be_read_raises_an_alarm(settings: Settings, webhook: Webhook) -> None:
    """Nobody could tell who should lead."""
    DocumentStore(settings.tables_root).publish(DOCUMENT, b"no JSON")
    look(settings, look(settings, None))
    assert "who leads cannot be told" in webhook.bodies[0]["cause"]
