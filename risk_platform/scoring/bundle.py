"""The model bundle: a booster in text form and JSON beside it; data, never code.

A bundle is a folder. Its manifest holds the SHA-256 of each file, and is checked before anything
is parsed; the SHA-256 of the manifest is the bundle's digest.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from risk_platform.contract.columns import contract_digest
from risk_platform.errors.models import (
    ForeignContractError,
    ForeignFeaturesError,
    MissingBundleFileError,
    TamperedBundleError,
    UnexpectedBundleFileError,
    UnreadableBundleError,
    WrongScoresError,
)
from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES
from risk_platform.features.parse import Columns
from risk_platform.features.state import FeatureState
from risk_platform.scoring.examples import EXAMPLES, example_columns

MODEL, STATE, CARD, MANIFEST = "model.txt", "state.json", "card.json", "manifest.json"
FILES = (MODEL, STATE, CARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a model says of itself.

    Parameters
    ----------
    name, protocol
        The registered name, and the protocol it was trained and judged by.
    features
        Names of the model inputs in the order that the booster reads.
    contract
        Digest of the contract of columns that it was trained on.
    created_at
        Time of training, ISO 8601, UTC.
    run_id
        The Dagster run that made it.
    metrics
        Figure to value, on the test split.
    winsorized
        Feature to the lower and upper quantile of the training split at which it is cut.
    golden
        Example to the PD that the model gave it when it was made; NaN never occurs.
    """

    name: str
    protocol: str
    features: tuple[str, ...]
    contract: str
    created_at: str
    run_id: str
    metrics: Mapping[str, float]
    winsorized: Mapping[str, tuple[float, float]]
    golden: Mapping[str, float]

    @classmethod
    def from_json(cls, text: str) -> "Card":
        """Read a card."""
        data = json.loads(text)
        winsorized = {name: (low, high) for name, (low, high) in data["winsorized"].items()}
        return cls(**data | {"features": tuple(data["features"]), "winsorized": winsorized})


class ModelBundle:
    """A model that scores loans.

    Parameters
    ----------
    booster_text
        The booster in LightGBM's text form.
    state
        What the features learnt.
    card
        What the model says of itself.
    """

    def __init__(self, booster_text: str, state: FeatureState, card: Card) -> None:
        self.booster_text = booster_text
        self.state = state
        self.card = card
        self._booster = lgb.Booster(model_str=booster_text)
        self._read = [FEATURE_NAMES.index(name) for name in card.features]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the features that the booster reads, in its order."""
        return tuple(self._booster.feature_name())

    def predict(self, columns: Columns) -> NDArray[np.float64]:
        """Return the probability of default of n loans, shape (n,).

        Parameters
        ----------
        columns
            As ``build_features`` takes them.
        """
        inputs = build_features(columns, self.state)[:, self._read]
        # One thread: for a single row, handing work to others costs a hundred times the work.
        return np.asarray(self._booster.predict(inputs, num_threads=1), dtype=np.float64)


def example_scores(bundle: ModelBundle) -> dict[str, float]:
    """Return the PD that a model gives each of the hand-written applications."""
    return dict(zip(EXAMPLES, bundle.predict(example_columns()).tolist(), strict=True))


def prove(bundle: ModelBundle, version: int) -> None:
    """Let a model score the hand-written applications, which its card knows the scores of.

    Raises
    ------
    WrongScoresError
        A score is another, were it by one bit.
    """
    if example_scores(bundle) != bundle.card.golden:
        raise WrongScoresError(version)


def write_bundle(folder: Path, bundle: ModelBundle) -> str:
    """Write a bundle into an empty folder and return its digest."""
    texts = {
        MODEL: bundle.booster_text,
        STATE: bundle.state.to_json(),
        CARD: json.dumps(asdict(bundle.card), indent=1, sort_keys=True),
    }
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    (folder / MANIFEST).write_text(json.dumps(digests, indent=1, sort_keys=True))
    return bundle_digest(folder)


def bundle_digest(folder: Path) -> str:
    """Return the SHA-256 of a bundle's manifest, which stands for the whole bundle.

    Raises
    ------
    MissingBundleFileError
        There is no manifest.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise MissingBundleFileError(MANIFEST)
    return hashlib.sha256(manifest.read_bytes()).hexdigest()


def read_bundle(folder: Path) -> ModelBundle:
    """Check every file of a bundle against its manifest, then read it.

    Raises
    ------
    BundleError
        A file is missing, changed or not in the manifest, or the bundle was made for another
        contract of columns or other features.
    """
    texts = _verified_texts(folder)
    try:
        card, state = Card.from_json(texts[CARD]), FeatureState.from_json(texts[STATE])
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableBundleError(str(error)) from error
    if card.contract != contract_digest():
        raise ForeignContractError(card.contract, contract_digest())
    if foreign := tuple(name for name in card.features if name not in FEATURE_NAMES):
        raise ForeignFeaturesError(foreign)
    try:
        bundle = ModelBundle(texts[MODEL], state, card)
    except lgb.basic.LightGBMError as error:
        raise UnreadableBundleError(str(error)) from error
    if bundle.inputs != card.features:
        raise UnreadableBundleError("the booster reads other inputs than its card names")
    return bundle


def _verified_texts(folder: Path) -> dict[str, str]:
    bundle_digest(folder)
    digests: Mapping[str, str] = json.loads((folder / MANIFEST).read_text())
    found = {path.name for path in folder.iterdir()} - {MANIFEST}
    for name in sorted(found - set(FILES)):
        raise UnexpectedBundleFileError(name)
    for name in FILES:
        if name not in found or name not in digests:
            raise MissingBundleFileError(name)
    contents = {name: (folder / name).read_bytes() for name in FILES}
    for name, content in contents.items():
        if hashlib.sha256(content).hexdigest() != digests[name]:
            raise TamperedBundleError(name)
    return {name: content.decode() for name, content in contents.items()}
