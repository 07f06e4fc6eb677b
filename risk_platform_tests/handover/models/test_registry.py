"""The registry: what goes out is what comes back."""

import shutil
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from risk_platform.errors.models import (
    DigestMismatchError,
    NoChampionError,
    UnknownVersionError,
    UnreachableRegistryError,
)
from risk_platform.handover.models.registry import Registry, Told
from risk_platform.scoring.bundle import write_bundle
from risk_platform.scoring.bundle_files import MODEL
from risk_platform_tests.bundles import local_registry, register, small_bundle


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a store that has one champion."""
    folder = tmp_path_factory.mktemp("registry")
    (folder / "scratch").mkdir()
    register(local_registry(folder), small_bundle(), folder / "scratch")
    return folder


@pytest.fixture
def registry(store: Path) -> Registry:
    """Return the registry on that store."""
    return local_registry(store)


def test_the_champion_comes_back_as_it_went(registry: Registry) -> None:
    """Card, scores and digest are those of what was published."""
    loaded = registry.load()
    assert loaded.bundle.card == small_bundle().card
    assert loaded.version == registry.version_of()


def test_a_new_champion_replaces_the_old(registry: Registry, store: Path) -> None:
    """The alias moves; versions count up."""
    before = registry.version_of()
    published = register(registry, small_bundle(seed=5), store / "scratch")
    assert published.version == before + 1 == registry.load().version


def test_a_published_model_is_no_champion_yet(registry: Registry, tmp_path: Path) -> None:
    """Publishing alone moves no alias."""
    before = registry.version_of()
    write_bundle(tmp_path, small_bundle(seed=6))
    registry.publish(tmp_path, Told(), {})
    assert registry.version_of() == before


def test_the_run_holds_parameters_figures_and_plots(registry: Registry, tmp_path: Path) -> None:
    """What belongs to a model stands beside it in MLflow."""
    write_bundle(tmp_path, small_bundle(seed=7))
    told = Told(
        params={"max_depth": 4},
        metrics={"auc": 0.71},
        figures={"learning": Figure()},
        texts={"trials.json": "[]"},
    )
    published = registry.publish(tmp_path, told, {"dagster_run_id": "a-run"})
    client = MlflowClient(registry.tracking_uri)
    run = client.get_run(published.mlflow_run_id)
    assert run.data.params == {"max_depth": "4"}
    assert run.data.metrics == {"auc": 0.71}
    assert run.data.tags["dagster_run_id"] == "a-run"
    assert [file.path for file in client.list_artifacts(run.info.run_id, "plots")] == [
        "plots/learning.png"
    ]
    assert run.info.status == "FINISHED"


def test_what_cannot_be_sent_is_a_failed_run_and_no_version(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store takes no files: no run of MLflow stays as if it went on."""
    client = MlflowClient(registry.tracking_uri)
    (experiment,) = (e for e in client.search_experiments() if e.name == registry.model_name)
    before = len(client.search_model_versions())
    write_bundle(tmp_path, small_bundle(seed=8))
    monkeypatch.setattr(MlflowClient, "log_artifacts", _refuse)
    with pytest.raises(UnreachableRegistryError, match="no room"):
        registry.publish(tmp_path, Told(), {})
    run = client.search_runs([experiment.experiment_id], max_results=1)[0]
    assert run.info.status == "FAILED"
    assert len(client.search_model_versions()) == before


def _refuse(*_: object) -> None:
    raise MlflowException("no room")


def test_no_version_is_a_version_that_is_not_there(registry: Registry) -> None:
    """Neither loaded nor promoted."""
    with pytest.raises(UnknownVersionError, match="no version 99 of credit-pd"):
        registry.load(99)
    with pytest.raises(UnknownVersionError):
        registry.promote(99)


def test_no_champion_is_said_with_what_to_do(tmp_path: Path) -> None:
    """An empty registry names the asset to materialise."""
    with pytest.raises(NoChampionError, match="the page of proposed_champion why nothing was"):
        local_registry(tmp_path).load()


def test_a_version_is_fetched_by_its_number(registry: Registry, store: Path) -> None:
    """So that one can be proved before it becomes champion, or after it no longer is."""
    published = register(registry, small_bundle(seed=8), store / "scratch")
    register(registry, small_bundle(seed=9), store / "scratch")
    loaded = registry.load(published.version)
    assert (loaded.version, loaded.digest) == (published.version, published.digest)


def test_a_store_that_lost_its_files_is_unreachable(tmp_path: Path) -> None:
    """The version is known, and its files are gone: that is said, in one class of error."""
    registry = local_registry(tmp_path)
    (tmp_path / "scratch").mkdir()
    register(registry, small_bundle(), tmp_path / "scratch")
    shutil.rmtree(tmp_path / "mlflow")
    with pytest.raises(UnreachableRegistryError, match="the model registry cannot be read"):
        registry.load()


def test_what_was_changed_in_the_store_is_not_loaded(tmp_path: Path) -> None:
    """A model whose files were exchanged, manifest and all, is not the registered one."""
    registry = local_registry(tmp_path)
    (tmp_path / "scratch").mkdir()
    register(registry, small_bundle(), tmp_path / "scratch")
    (stored,) = (tmp_path / "mlflow").rglob(MODEL)
    write_bundle(stored.parent, small_bundle(seed=2))
    with pytest.raises(DigestMismatchError, match="version 1 of credit-pd is not the bundle"):
        registry.load()
