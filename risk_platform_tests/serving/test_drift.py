"""Drift as the service tells it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from risk_platform.handover.clock import iso_of
from risk_platform.handover.drift import DriftRecord, DriftVerdict, Extent, Light
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.handover.test_drift import VERDICT
from risk_platform_tests.serving.conftest import client_of
from serving.service import service_of


@pytest.fixture
def asked(cache: ModelCache, store_url: str) -> Iterator[tuple[TestClient, DriftRecord]]:
    """Return a client of a service whose version 7 answers, and its record of drift."""
    bring(cache, small_bundle(), 7)
    with closing(open_store(store_url)) as database:
        service = service_of(cache, database)
        service.champions.refresh()
        with client_of(service) as client:
            yield client, service.drift


def test_without_a_report_there_is_no_light(asked: tuple[TestClient, DriftRecord]) -> None:
    """Nothing known is not green."""
    client, _ = asked
    told = {"light": None, "sentence": "no report of drift was made yet"}
    assert client.get("/drift-status").json() == told


def test_the_last_report_is_told(asked: tuple[TestClient, DriftRecord]) -> None:
    """With its light, window and share."""
    client, record = asked
    record.add(VERDICT)
    told = client.get("/drift-status").json()
    assert (told["light"], told["share"], told["drifted"]) == ("amber", 0.004, ["dti"])
    assert told["since"] == "1970-01-01T00:00:00.000+00:00"


def test_a_report_of_another_model_gives_no_light(asked: tuple[TestClient, DriftRecord]) -> None:
    """Its reference was another one."""
    client, record = asked
    record.add(replace(VERDICT, model_version=6))
    told = client.get("/drift-status").json()
    assert told["light"] is None
    assert told["sentence"] == "the last report is of version 6, and another one answers"


def window(light: Light, extent: Extent, **more: object) -> DriftVerdict:
    """Return a verdict of a window."""
    made = replace(VERDICT, light=light, extent=extent, sentence=f"{light} {extent}")
    return replace(made, **more)  # pyright: ignore[reportArgumentType]


def test_while_a_window_fills_the_one_before_is_told(
    asked: tuple[TestClient, DriftRecord],
) -> None:
    """And when decisions were looked at last."""
    client, record = asked
    whole = record.add(window(Light.GREEN, Extent.WHOLE))
    glance = record.add(window(Light.INSUFFICIENT, Extent.GLANCE))
    told = client.get("/drift-status").json()
    assert (told["light"], told["sentence"]) == ("green", "green whole")
    assert (told["at"], told["looked_at"]) == (iso_of(whole.at_us), iso_of(glance.at_us))


def test_after_a_stop_nothing_is_known_until_a_window_is_whole(
    asked: tuple[TestClient, DriftRecord],
) -> None:
    """The green one of before says nothing any more."""
    client, record = asked
    record.add(window(Light.GREEN, Extent.WHOLE))
    record.add(window(Light.RED, Extent.CUT, rules=("dti is of another population",)))
    told = client.get("/drift-status").json()
    assert (told["light"], told["rules"]) == ("red", ["dti is of another population"])
    record.add(window(Light.INSUFFICIENT, Extent.GLANCE))
    assert client.get("/drift-status").json()["light"] == "insufficient"


def test_one_key_that_drifts_is_no_red_light(asked: tuple[TestClient, DriftRecord]) -> None:
    """It is suspended, and all others are served."""
    client, record = asked
    record.add(window(Light.RED, Extent.WHOLE, key_id="rogue"))
    assert client.get("/drift-status").json()["light"] == "amber"
