"""LightGBM's boosted trees, in LightGBM's own text form."""

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from risk_platform.errors.models import UnreadableBundleError

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
        The text is no booster, or one that reads other features.
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

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return scores between 0 and 1, shape (n,), of features of shape (n, inputs)."""
        # One thread: for a single row, handing work to others costs a hundred times the work.
        return np.asarray(self._booster.predict(features, num_threads=1), dtype=np.float64)
