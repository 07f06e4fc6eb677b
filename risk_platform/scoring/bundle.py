"""The model bundle: all that scores a loan - features' state, model, calibration and segments."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from risk_platform.contract.columns import contract_digest
from risk_platform.errors.models import (
    ForeignContractError,
    ForeignFeaturesError,
    UnreadableBundleError,
    WrongScoresError,
)
from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES
from risk_platform.features.parse import Columns
from risk_platform.features.state import FeatureState
from risk_platform.scoring.bundle_files import (
    CALIBRATION,
    CARD,
    MODEL,
    SEGMENTS,
    STATE,
    verified_texts,
    write_files,
)
from risk_platform.scoring.calibration import calibration_from_json, calibration_to_json
from risk_platform.scoring.card import Card
from risk_platform.scoring.examples import EXAMPLES, example_columns
from risk_platform.scoring.model import Model
from risk_platform.scoring.segments import Segments


class ModelBundle:
    """A model that scores loans.

    Parameters
    ----------
    model
        The fitted model.
    state
        What the features learnt.
    card
        What the model says of itself.
    segments
        Which group of borrowers an application is of.

    Raises
    ------
    ForeignFeaturesError
        The model, or the segments, read what we do not build.
    UnreadableBundleError
        Its text is no model of its family.
    """

    def __init__(self, model: Model, state: FeatureState, card: Card, segments: Segments) -> None:
        read = (*model.inputs, *segments.inputs)
        if foreign := tuple(name for name in read if name not in FEATURE_NAMES):
            raise ForeignFeaturesError(foreign)
        self.model, self.state, self.card, self.segments = model, state, card, segments
        self._predictor = model.predictor()
        self._read = [FEATURE_NAMES.index(name) for name in model.inputs]
        self._told_by = [FEATURE_NAMES.index(name) for name in segments.inputs]

    def predict(self, columns: Columns) -> NDArray[np.float64]:
        """Return the probability of default of n loans, shape (n,).

        Parameters
        ----------
        columns
            As ``build_features`` takes them.
        """
        return self._pds(build_features(columns, self.state))

    def segment(self, columns: Columns) -> NDArray[np.int64]:
        """Return the segment of n borrowers as a place in the segments' names, shape (n,)."""
        return self._places(build_features(columns, self.state))

    def assess(self, columns: Columns) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return what ``predict`` and ``segment`` do; features are built once for both."""
        features = build_features(columns, self.state)
        return self._pds(features), self._places(features)

    def _pds(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        scores = self._predictor.predict(features[:, self._read])
        return self.model.calibration.apply(scores)

    def _places(self, features: NDArray[np.float64]) -> NDArray[np.int64]:
        return self.segments.assign(features[:, self._told_by])


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
    return write_files(
        folder,
        {
            MODEL: bundle.model.text,
            CALIBRATION: calibration_to_json(bundle.model.calibration),
            STATE: bundle.state.to_json(),
            SEGMENTS: bundle.segments.to_json(),
            CARD: bundle.card.to_json(),
        },
    )


def read_bundle(folder: Path) -> ModelBundle:
    """Check every file of a bundle against its manifest, then read it.

    Raises
    ------
    BundleError
        A file is missing, changed or not in the manifest, or the bundle was made for another
        contract of columns or other features.
    """
    return bundle_of(verified_texts(folder))


def bundle_of(texts: Mapping[str, str]) -> ModelBundle:
    """Read a bundle from the texts of its files, by their names.

    Raises
    ------
    BundleError
        It was made for another contract of columns or other features, or is none.
    """
    try:
        card, state = Card.from_json(texts[CARD]), FeatureState.from_json(texts[STATE])
        calibration = calibration_from_json(texts[CALIBRATION])
        segments = Segments.from_json(texts[SEGMENTS])
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableBundleError(str(error)) from error
    if card.contract != contract_digest():
        raise ForeignContractError(card.contract, contract_digest())
    model = Model(
        family=card.family, inputs=card.features, text=texts[MODEL], calibration=calibration
    )
    return ModelBundle(model, state, card, segments)
