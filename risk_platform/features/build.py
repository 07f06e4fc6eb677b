"""The one road from loans to model inputs, for a whole table and for a single application."""

import numpy as np
from numpy.typing import NDArray

from risk_platform.features.definitions import FEATURE_NAMES, FEATURES, Feature, Kind
from risk_platform.features.parse import Columns
from risk_platform.features.state import FeatureState
from risk_platform.features.winsorize import limits, winsorized


def build_features(columns: Columns, state: FeatureState) -> NDArray[np.float64]:
    """Turn loans into model inputs.

    Every step works on each row by itself, so a loan gets the same bits alone and in a table.

    Parameters
    ----------
    columns
        Contract name to an array of n values, one for each of ``INPUT_COLUMNS``: numbers as
        float64 (NaN: unknown), months as months since January 1970, labels as objects
        (``None``: unknown).
    state
        Bounds, medians and categories learnt on the training split.

    Returns
    -------
    array of shape (n, len(FEATURES))
        In the order of ``FEATURES``. NaN where a value is unknown and has no median, and where
        training never saw a label. A category is the position of its label in ``state.categories``.

    Raises
    ------
    KeyError
        A column of ``INPUT_COLUMNS`` is not given.
    """
    with np.errstate(over="ignore"):
        table = np.column_stack([_as_numbers(feature, columns, state) for feature in FEATURES])
    # All at once: for a single application, 113 small steps take longer than the model.
    low, high = limits(FEATURE_NAMES, state.bounds)
    median = np.array([state.medians.get(name, np.nan) for name in FEATURE_NAMES])
    drawn_in = winsorized(_known(table), low, high)
    return np.where(np.isnan(drawn_in), median, drawn_in)


def feature_values(feature: Feature, columns: Columns) -> NDArray[np.float64] | NDArray[np.object_]:
    """Return a feature before anything learnt is applied: numbers as they are, labels as words."""
    with np.errstate(over="ignore"):
        values = feature.formula(columns)
    return values if feature.kind is Kind.CATEGORY else _known(np.asarray(values, np.float64))


def _known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Let infinity be unknown: an income of a millionth of a cent makes such ratios."""
    return np.where(np.isfinite(values), values, np.nan)


def _as_numbers(feature: Feature, columns: Columns, state: FeatureState) -> NDArray[np.float64]:
    values = feature.formula(columns)
    if feature.kind is Kind.CATEGORY:
        return _codes(values, state.categories.get(feature.name, ()))
    return np.asarray(values, dtype=np.float64)


def _codes(
    labels: NDArray[np.float64] | NDArray[np.object_], seen: tuple[str, ...]
) -> NDArray[np.float64]:
    codes = {label: float(code) for code, label in enumerate(seen)}
    return np.array([codes.get(label, np.nan) for label in labels], dtype=np.float64)
