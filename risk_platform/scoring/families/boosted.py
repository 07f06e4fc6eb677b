"""LightGBM's boosted trees, in LightGBM's own text form."""

import threading

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from risk_platform.errors.models import UnreadableBundleError
from risk_platform.scoring.families.attribution import attribution_of
from risk_platform.scoring.families.booster_text import trees_of
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
            self._booster = lgb.Booster(model_str=text)
        except lgb.basic.LightGBMError as error:
            raise UnreadableBundleError(str(error)) from error
        if tuple(self._booster.feature_name()) != inputs:
            raise UnreadableBundleError("the booster reads other features than its card names")
        self._attribution = attribution_of(trees_of(text, len(inputs)))
        self.base = self._attribution.base
        self.importance = np.asarray(self._booster.feature_importance("gain"), dtype=np.float64)
        self._of_thread = threading.local()

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return scores between 0 and 1, shape (n,), of features of shape (n, inputs)."""
        if len(features) == 1:
            return np.array([self._single_row.predict(features[0])])
        # One thread: handing work to others costs more than it saves, up to thousands of loans.
        return np.asarray(self._booster.predict(features, num_threads=1), dtype=np.float64)

    def contributions(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return Shapley values in log-odds, shape (n, inputs): what each adds to ``base``."""
        return self._attribution.contributions(features)

    @property
    def _single_row(self) -> SingleRow:
        """The thread's own: what LightGBM keeps between two rows is not to be shared."""
        if not hasattr(self._of_thread, "single_row"):
            self._of_thread.single_row = SingleRow(self._booster)
        return self._of_thread.single_row
