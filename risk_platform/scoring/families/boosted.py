"""LightGBM's boosted trees, in LightGBM's own text form."""

import threading

import numpy as np
from numpy.typing import NDArray

from risk_platform.errors.models import LightGBMError, UnreadableBundleError
from risk_platform.scoring.families.attribution import attribution_of
from risk_platform.scoring.families.booster_text import trees_of
from risk_platform.scoring.families.library import Booster
from risk_platform.scoring.families.single_row import SingleRow

# Its inputs are numbers: no labels of pandas are kept.
_LAST_LINE = "\npandas_categorical:null\n"


class BoostedTrees:
    """A booster that predicts.

    Parameters
    ----------
    text
        The booster as LightGBM writes it.
    inputs
        The features that it must read, in their order.

    Raises
    ------
    UnreadableBundleError
        The text is no booster, one that reads other features, or one whose trees do not add up to
        log-odds.
    """

    def __init__(self, text: str, inputs: tuple[str, ...]) -> None:
        # LightGBM reads a text that was cut off behind its trees as if nothing were missing.
        if not text.endswith(_LAST_LINE):
            raise UnreadableBundleError("the booster's text is cut off")
        try:
            self._booster = Booster(text)
        except LightGBMError as error:
            raise UnreadableBundleError(str(error)) from error
        if self._booster.features() != inputs:
            raise UnreadableBundleError("the booster reads other features than its card names")
        self._attribution = attribution_of(trees_of(text, len(inputs)))
        self.base = self._attribution.base
        self.importance, self._inputs = self._booster.gains(len(inputs)), len(inputs)
        self._of_thread = threading.local()

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return scores between 0 and 1, shape (n,), of features of shape (n, inputs)."""
        if len(features) == 1:
            return np.array([self._single_row.predict(features[0])])
        return self._booster.predict(features)

    def contributions(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return Shapley values in log-odds, shape (n, inputs): what each adds to ``base``."""
        return self._attribution.contributions(features)

    @property
    def _single_row(self) -> SingleRow:
        """The thread's own: what LightGBM keeps between two rows is not to be shared."""
        if not hasattr(self._of_thread, "single_row"):
            self._of_thread.single_row = SingleRow(self._booster, self._inputs)
        return self._of_thread.single_row
