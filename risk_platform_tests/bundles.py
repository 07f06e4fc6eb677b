"""A small model made in a second, for tests of what comes after training."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import lightgbm as lgb
import numpy as np

from risk_platform.contract.columns import contract_digest
from risk_platform.features.definitions import FEATURE_NAMES
from risk_platform.features.state import FeatureState
from risk_platform.features.winsorize import Bounds
from risk_platform.handover.models.cache import Lead, ModelCache
from risk_platform.handover.models.promotions import Promotions, Proposal
from risk_platform.handover.models.registry import Published, Registry, Told
from risk_platform.scoring.bundle import ModelBundle, write_bundle
from risk_platform.scoring.card import Card
from risk_platform.scoring.examples import EXAMPLES, example_columns
from risk_platform.scoring.model import Family, Model
from risk_platform.scoring.policy import USUAL
from risk_platform.scoring.reference import CategoryProfile, Reference
from risk_platform.scoring.rules import Nearest
from risk_platform.scoring.segments import Scale, Segments
from risk_platform.spark.learn import summarise_columns
from risk_platform.training.reference import population_of, reference_of

_POPULATION = population_of(summarise_columns(example_columns()), draws=2)
# Each label of the hand-written applications was seen in training, as they are what it was.
_LABELS = {
    name: profile.labels
    for name, profile in _POPULATION.features.items()
    if isinstance(profile, CategoryProfile)
}
STATE = FeatureState(
    bounds={"fico_mid": Bounds(low=600.0, high=850.0, lower=0.0005, upper=0.9995)},
    medians={"fico_mid": 700.0, "annual_inc": 65_000.0},
    categories=_LABELS | {"home_ownership": ("MORTGAGE", "OWN", "RENT")},
)

SEGMENTS = Segments(
    scales=(
        Scale(
            name="fico_mid", median=700.0, low=660.0, high=820.0, is_log=False, mean=700.0, sd=30.0
        ),
        Scale(
            name="household_income_usd",
            median=65e3,
            low=2e4,
            high=3e5,
            is_log=True,
            mean=11.0,
            sd=0.5,
        ),
    ),
    rule=Nearest(((-0.5, 0.0), (1.5, 0.5))),
    names=("low FICO", "high FICO"),
)


def small_bundle(seed: int = 1, min_gain: float = 0.0, **changes: object) -> ModelBundle:
    """Return a bundle whose booster learnt that a higher FICO means less risk.

    Parameters
    ----------
    seed
        Of the loans that it learnt from; another seed gives another model.
    min_gain
        What a split must gain; by 20 and more the model reads FICO alone.
    changes
        Fields of the card to change.
    """
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(2_000, len(FEATURE_NAMES)))
    fico = rng.uniform(600, 850, len(inputs))
    inputs[:, FEATURE_NAMES.index("fico_mid")] = fico
    defaults = rng.random(len(inputs)) < 1 / (1 + np.exp((fico - 640) / 40))
    data = lgb.Dataset(inputs, label=defaults, feature_name=list(FEATURE_NAMES))
    parameters = {"objective": "binary", "verbose": -1, "num_threads": 1, "seed": seed}
    parameters |= {"min_gain_to_split": min_gain}
    text = lgb.train(parameters, data, num_boost_round=20).model_to_string()
    card = {
        "name": "credit-pd",
        "protocol": "window12",
        "family": Family.LIGHTGBM,
        "features": FEATURE_NAMES,
        "contract": contract_digest(),
        "created_at": datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
        "run_id": "a-run",
        "made_by": "Ada",
        "metrics": {"auc": 0.7},
        "winsorized": {"fico_mid": (0.0005, 0.9995)},
        "golden": {},
    }
    model = Model(family=Family.LIGHTGBM, inputs=FEATURE_NAMES, text=text)
    reference = small_reference(model)
    unproven = ModelBundle(model, STATE, Card(**card), SEGMENTS, reference)  # pyright: ignore[reportArgumentType]
    scores = unproven.predict(example_columns()).tolist()
    golden = dict(zip(EXAMPLES, scores, strict=True))
    proven = card | {"golden": golden} | changes
    return ModelBundle(model, STATE, Card(**proven), SEGMENTS, reference)  # pyright: ignore[reportArgumentType]


def small_reference(model: Model, state: FeatureState = STATE) -> Reference:
    """Return the reference of a model that was trained on the hand-written applications."""
    return reference_of(_POPULATION, model, state, USUAL, example_columns())


def local_registry(folder: Path) -> Registry:
    """Return a registry on SQLite in a folder."""
    return Registry(f"sqlite:///{folder / 'mlflow.db'}", "credit-pd", folder / "mlflow")


def register(registry: Registry, bundle: ModelBundle, scratch: Path) -> Published:
    """Publish a bundle and make it the champion."""
    folder = scratch / f"bundle-{len(list(scratch.iterdir()))}"
    folder.mkdir()
    write_bundle(folder, bundle)
    published = registry.publish(folder, Told(), {})
    registry.promote(published.version)
    return published


def proposal(version: int, digest: str, by: str = "Ada", run_id: str = "a-run") -> Proposal:
    """Return a version as the gate proposes it."""
    return Proposal(
        version=version,
        digest=digest,
        candidate="model_lightgbm",
        protocol="window12",
        by=by,
        run_id=run_id,
        at="2026-01-01T00:00:00+00:00",
    )


def lead(digest: str, version: int = 1) -> Lead:
    """Return a version as the record names what leads."""
    return Lead(version=version, digest=digest, by="Ada", at="2026-01-01T00:00:00+00:00")


def bring(cache: ModelCache, bundle: ModelBundle, version: int = 1) -> Lead:
    """Put a bundle into a cache and let it lead there, as a courier does."""
    with cache.arriving() as folder:
        found = lead(write_bundle(folder, bundle), version)
        cache.admit(folder, found)
    cache.let_lead(found)
    return found


def let_lead(promotions: Promotions, registry: Registry, bundle: ModelBundle) -> Published:
    """Publish a bundle and let it lead, by the record and by the registry."""
    with tempfile.TemporaryDirectory() as folder:
        write_bundle(Path(folder), bundle)
        published = registry.publish(Path(folder), Told(), {})
    promotions.propose(proposal(published.version, published.digest))
    promotions.promote(published.version, "it passed")
    return published
