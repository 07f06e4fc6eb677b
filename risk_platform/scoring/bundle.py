"""The model bundle: all that scores a loan - state of features, model, segments and policy."""

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
from risk_platform.features.build import FeatureBuilder
from risk_platform.features.definitions import FEATURE_NAMES
from risk_platform.features.parse import Columns
from risk_platform.features.state import FeatureState
from risk_platform.scoring.bundle_files import (
    CALIBRATION,
    CARD,
    MODEL,
    POLICY,
    REFERENCE,
    SEGMENTS,
    STATE,
    verified_texts,
    write_files,
)
from risk_platform.scoring.calibration import calibration_from_json, calibration_to_json
from risk_platform.scoring.card import Card
from risk_platform.scoring.examples import EXAMPLES, example_columns
from risk_platform.scoring.extremes import Extremes
from risk_platform.scoring.gaps import Gaps
from risk_platform.scoring.model import Model
from risk_platform.scoring.monitored import Values
from risk_platform.scoring.policy import USUAL, Policy
from risk_platform.scoring.reasons import Reasons
from risk_platform.scoring.reference import Reference
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
    reference
        What the loans were like that it was trained on.
    policy
        What becomes of an application with its score.

    Raises
    ------
    ForeignFeaturesError
        The model, or the segments, read what we do not build.
    UnreadableBundleError
        Its text is no model of its family, or its reference one of other inputs.
    """

    def __init__(  # noqa: PLR0913 - a bundle has so many parts
        self,
        model: Model,
        state: FeatureState,
        card: Card,
        segments: Segments,
        reference: Reference,
        *,
        policy: Policy = USUAL,
    ) -> None:
        read = (*model.inputs, *segments.inputs)
        if foreign := tuple(name for name in read if name not in FEATURE_NAMES):
            raise ForeignFeaturesError(foreign)
        if {*model.inputs} != reference.population.features.keys():
            raise UnreadableBundleError("its reference is of other inputs than its model reads")
        self.model, self.state, self.card, self.segments = model, state, card, segments
        self.reference, self.policy = reference, policy
        self.builder = FeatureBuilder(state)
        self.extremes = Extremes(reference)
        self._predictor = model.predictor()
        self.gaps = Gaps(model.inputs, self._predictor.importance)
        self.reasons = Reasons(model.inputs)
        self._read = [FEATURE_NAMES.index(name) for name in model.inputs]
        self._told_by = [FEATURE_NAMES.index(name) for name in segments.inputs]

    def predict(self, columns: Columns) -> NDArray[np.float64]:
        """Return the probability of default of n loans, shape (n,).

        Parameters
        ----------
        columns
            As ``build_features`` takes them.
        """
        return self.pds(self._features(columns))

    def predict_values(self, values: Mapping[str, Values]) -> NDArray[np.float64]:
        """Return the probability of default of n loans, shape (n,).

        Parameters
        ----------
        values
            The model's inputs before anything learnt is applied, as ``monitored_values`` gives
            them.
        """
        return self.pds(self.builder.filled(self.builder.of_values(values)))

    def segment(self, columns: Columns) -> NDArray[np.int64]:
        """Return the segment of n borrowers as a place in the segments' names, shape (n,)."""
        return self.places(self._features(columns))

    def read(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return of features, shape (n, len(FEATURES)), those that the model reads, (n, inputs)."""
        return features.take(self._read, axis=1)

    def pds(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of default of features, shape (n,)."""
        return self.model.calibration.apply(self._predictor.predict(self.read(features)))

    def places(self, features: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the segment of features as a place in the segments' names, shape (n,)."""
        return self.segments.assign(features.take(self._told_by, axis=1))

    def contributions(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much each input of the model raises the log-odds, shape (n, inputs).

        A calibration that is a line in log-odds is part of them; a curve has no one slope, so
        that they are those of the scores before it.
        """
        slope = self.model.calibration.slope
        return slope * self._predictor.contributions(self.read(features))

    def _features(self, columns: Columns) -> NDArray[np.float64]:
        return self.builder.filled(self.builder.known(columns))


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
            POLICY: bundle.policy.to_json(),
            REFERENCE: bundle.reference.to_json(),
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
        policy = Policy.from_json(texts[POLICY])
        reference = Reference.from_json(texts[REFERENCE])
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableBundleError(str(error)) from error
    if card.contract != contract_digest():
        raise ForeignContractError(card.contract, contract_digest())
    model = Model(
        family=card.family, inputs=card.features, text=texts[MODEL], calibration=calibration
    )
    return ModelBundle(model, state, card, segments, reference, policy=policy)
