"""Views read what the platform publishes: each document, and nothing that is of another release."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
import pytest

from risk_platform.errors.tables import DamagedTableError, MissingTableError
from risk_platform.settings import Settings
from risk_platform.store.documents import DocumentStore
from risk_platform_tests.monitored import world
from risk_platform_tests.serving.control_tower import published
from serving.control_tower.sources import views
from serving.control_tower.sources.shelf import Shelf

DOCUMENTS = published.documents()
KINDS: dict[str, type[views.View]] = {
    "champion_report": views.ChampionReport,
    "leaderboard": views.Leaderboard,
    "policy_frontier": views.PolicyFrontier,
    "vintage_curves": views.VintageCurves,
    "proposed_champion": views.GateReport,
    "promotions": views.Promotions,
    "deployed_champion": views.Promotion,
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Return a shelf on which everything is."""
    return Shelf(published.everything(tmp_path_factory.mktemp("home"), world()))


@pytest.mark.parametrize("name", KINDS)
def test_a_document_is_read_as_it_was_published(shelf: Shelf, name: str) -> None:
    """Each field of the view has the value that was published."""
    found = shelf.document(name, KINDS[name])
    assert found.origin.asset == name
    assert found.origin.version.startswith("v-")
    assert_same(found.value, DOCUMENTS[name])


def assert_same(view: Any, of: Any) -> None:
    """Fail where a view says other than what was published."""
    whole = msgspec.json.decode(msgspec.json.encode(view))
    published_ = msgspec.json.decode(msgspec.json.encode(asdict(of), enc_hook=str))
    assert whole == _only(whole, published_)


def _only(view: Any, of: Any) -> Any:
    """Return of what was published what the view has too."""
    if isinstance(view, dict):
        return {name: _only(value, of[name]) for name, value in view.items()}
    if isinstance(view, list | tuple):
        return [_only(one, other) for one, other in zip(view, of, strict=True)]
    return of


def test_a_day_of_drift_is_read(shelf: Shelf) -> None:
    """With what became of its inputs, and the picture beside it."""
    assert shelf.drift_days() == [published.DAY]
    found = shelf.drift_day(published.DAY).value
    assert found.report.light == "red"
    income = "household_income_usd"
    assert income in found.report.drifted
    assert any(one.signal.input == income for one in found.explanations)
    assert found.importance[income] > 0
    assert shelf.drift_page(published.DAY) == "<p>drawn</p>"


def test_drills_are_read(shelf: Shelf) -> None:
    """The newest of each scenario."""
    (one,) = shelf.drills()
    assert (one.scenario, one.observed.bad.decisions) == ("recession", 7)


def test_what_is_missing_and_what_is_foreign_are_told_apart(tmp_path: Path) -> None:
    """The one wants to be made, the other to be looked at."""
    settings = Settings(home=tmp_path)
    with pytest.raises(MissingTableError):
        Shelf(settings).document("leaderboard", views.Leaderboard)
    DocumentStore(settings.tables_root).publish("leaderboard", b'{"rules": 3}')
    with pytest.raises(DamagedTableError, match="another release"):
        Shelf(settings).document("leaderboard", views.Leaderboard)


def test_an_empty_home_has_no_days_drills_or_pages(tmp_path: Path) -> None:
    """And nothing raises."""
    shelf = Shelf(Settings(home=tmp_path))
    assert (shelf.drift_days(), shelf.drills(), shelf.validation_report()) == ([], [], "")
