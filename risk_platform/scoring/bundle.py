"""The model bundle: all that scores a loan - features' state, model, calibration - and its card."""

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
    STATE,
    verified_texts,
    write_files,
)
from risk_platform.scoring.calibration import calibration_from_json, calibration_to_json
from risk_platform.scoring.card import Card
from risk_platform.scoring.examples import EXAMPLES, example_columns
from risk_platform.scoring.model import Model


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

    Raises
    ------
    ForeignFeaturesError
        The model reads what we do not build.
    UnreadableBundleError
        Its text is no model of its family.
    """

    def __init__(self, model: Model, state: FeatureState, card: Card) -> None:
        if foreign := tuple(name for name in model.inputs if name not in FEATURE_NAMES):
            raise ForeignFeaturesError(foreign)
        self.model, self.state, self.card = model, state, card
        self._predictor = model.predictor()
        self._read = [FEATURE_NAMES.index(name) for name in model.inputs]

    def predict(self, columns: Columns) -> NDArray[np.float64]:
        """Return the probability of default of n loans, shape (n,).

        Parameters
        ----------
        columns
            As ``build_features`` takes them.
        """
        inputs = build_features(columns, self.state)[:, self._read]
        return self.model.calibration.apply(self._predictor.predict(inputs))


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
    texts = verified_texts(folder)
    try:
        card, state = Card.from_json(texts[CARD]), FeatureState.from_json(texts[STATE])
        calibration = calibration_from_json(texts[CALIBRATION])
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableBundleError(str(error)) from error
    if card.contract != contract_digest():
        raise ForeignContractError(card.contract, contract_digest())
    model = Model(
        family=card.family, inputs=card.features, text=texts[MODEL], calibration=calibration
    )
    return ModelBundle(model, state, card)
