"""Figures of drift: Prometheus is told the light of the model that answers, and of no other."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from risk_platform.errors.handover import LogUnavailableError
from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord, Light
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.handover.test_drift import VERDICT
from risk_platform_tests.serving.test_metrics import series
from serving.metrics import DriftMetrics
from serving.service import ScoringService, service_of
from serving.watch import show_drift


@pytest.fixture
def looked_at(cache: ModelCache, tmp_path: Path) -> Iterator[ScoringService]:
    """Return a service whose version 7 answers."""
    bring(cache, small_bundle(), 7)
    with closing(open_store(f"sqlite:///{tmp_path / 'decisions.db'}")) as database:
        service = service_of(cache, database)
        service.champions.refresh()
        yield service


def shown(service: ScoringService, counted: DriftMetrics, registry: CollectorRegistry) -> set[str]:
    """Look, and return which lights are shown."""
    show_drift(service, counted)
    told = series(generate_latest(registry).decode())
    lights = {light for light in Light if told[f"risk_drift_light[('light', '{light.value}')]"]}
    return {light.value for light in lights}


def test_one_light_is_shown_at_a_time(looked_at: ScoringService) -> None:
    """None before the first report, and then that of the last one."""
    registry = CollectorRegistry()
    counted = DriftMetrics(registry)
    assert shown(looked_at, counted, registry) == set()
    added = looked_at.drift.add(VERDICT)
    assert shown(looked_at, counted, registry) == {"amber"}
    told = series(generate_latest(registry).decode())
    assert told["risk_drift_share_ratio[]"] == pytest.approx(0.004)
    assert told["risk_drift_look_timestamp_seconds[]"] == pytest.approx(added.at_us / 1e6)
    looked_at.drift.add(replace(VERDICT, light=Light.GREEN))
    assert shown(looked_at, counted, registry) == {"green"}


def test_a_report_of_another_model_shows_no_light(looked_at: ScoringService) -> None:
    """Its reference was another one."""
    registry = CollectorRegistry()
    looked_at.drift.add(replace(VERDICT, model_version=6))
    assert shown(looked_at, DriftMetrics(registry), registry) == set()


class AwayRecord(DriftRecord):
    """A record that does not answer."""

    def last_two(self) -> NoReturn:
        """Say so."""
        raise LogUnavailableError("it is away")


def test_while_the_record_is_away_what_was_known_is_shown(
    looked_at: ScoringService, tmp_path: Path
) -> None:
    """And when that was: its age tells."""
    registry = CollectorRegistry()
    counted = DriftMetrics(registry)
    looked_at.drift.add(VERDICT)
    assert shown(looked_at, counted, registry) == {"amber"}
    with closing(Database(f"sqlite:///{tmp_path / 'decisions.db'}")) as database:
        away = replace(looked_at, drift=AwayRecord(database))
        assert shown(away, counted, registry) == {"amber"}
