"""The champion's registration: nothing becomes champion that cannot be fetched as it was sent."""

from collections.abc import Mapping
from pathlib import Path

import dagster as dg
import numpy as np
import pytest
from matplotlib.figure import Figure

from risk_platform.errors.models import DigestMismatchError
from risk_platform.evaluation.report import ChampionReport, Judged, judge
from risk_platform.handover.registry import Published, Registry
from risk_platform.orchestration.assets.registry import registered_champion
from risk_platform.scoring.bundle import ModelBundle, write_bundle
from risk_platform.training.fitted import Fitted
from risk_platform_tests.bundles import local_registry, register, small_bundle


class LossyRegistry(Registry):
    """A registry whose store exchanges what it is sent."""

    def publish(
        self,
        folder: Path,
        *,
        params: Mapping[str, object],
        metrics: Mapping[str, float],
        tags: Mapping[str, str],
        figures: Mapping[str, Figure],
    ) -> Published:
        """Publish, and lose it."""
        published = super().publish(
            folder, params=params, metrics=metrics, tags=tags, figures=figures
        )
        stored = self.artifacts / published.mlflow_run_id / "artifacts" / "bundle"
        write_bundle(stored, small_bundle(seed=99))
        return published


def registered(registry: Registry, bundle: ModelBundle) -> None:
    """Materialise the champion from a bundle's parts."""
    history = {"train": (0.3,), "validation": (0.3,)}
    booster = Fitted(
        model=bundle.model, parameters={}, rounds=1, history=history, importance={"dti": 1.0}
    )
    given = {
        "model_lightgbm": booster,
        "feature_state": bundle.state,
        "champion_report": report(),
        "borrower_segments": bundle.segments,
    }
    done = dg.materialize(
        [*(_given(name, value) for name, value in given.items()), registered_champion],
        resources={"registry": registry, "documents": dg.mem_io_manager},
    )
    assert done.success


def _given(name: str, value: object) -> dg.AssetsDefinition:
    return dg.asset(name=name, io_manager_key="documents")(lambda: value)


def report() -> ChampionReport:
    """Return a report on random loans."""
    rng = np.random.default_rng(1)
    outcomes = rng.integers(0, 2, 500).astype(np.int8)
    loans = Judged(outcomes=outcomes, pd=rng.random(500), sub_grade=rng.random(500))
    return judge("window12", loans, loans)


def test_the_alias_moves_to_what_was_registered(tmp_path: Path) -> None:
    """A new version becomes champion in place of the one before."""
    (tmp_path / "scratch").mkdir()
    registry = local_registry(tmp_path)
    register(registry, small_bundle(), tmp_path / "scratch")
    registered(registry, small_bundle(seed=2))
    assert registry.version_of() == 2


def test_what_comes_back_otherwise_never_becomes_champion(tmp_path: Path) -> None:
    """The store exchanged the files: the run fails, and the old champion stays."""
    (tmp_path / "scratch").mkdir()
    registry = local_registry(tmp_path)
    register(registry, small_bundle(), tmp_path / "scratch")
    lossy = LossyRegistry(registry.tracking_uri, registry.model_name, registry.artifacts)
    with pytest.raises(DigestMismatchError):
        registered(lossy, small_bundle(seed=2))
    assert registry.version_of() == 1
