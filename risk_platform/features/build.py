"""The one road from loans to model inputs, for a whole table and for a single application."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from risk_platform.features.definitions import FEATURE_NAMES, FEATURES, Feature, Kind
from risk_platform.features.formulas import LookUp, Numbers
from risk_platform.features.parse import Columns
from risk_platform.features.plan import Plan
from risk_platform.features.state import FeatureState
from risk_platform.features.winsorize import limits, winsorized

_IS_NUMBER = np.array([feature.kind is Kind.NUMBER for feature in FEATURES])
_PLAN = Plan([feature.formula for feature in FEATURES if feature.kind is Kind.NUMBER])
_CATEGORIES = tuple(
    (row, feature) for row, feature in enumerate(FEATURES) if feature.kind is Kind.CATEGORY
)


class FeatureBuilder:
    """Turn loans into model inputs; what the state says is prepared once.

    Every step works on each row by itself, so a loan gets the same bits alone and in a table.

    Parameters
    ----------
    state
        Bounds, medians and categories learnt on the training split.
    """

    def __init__(self, state: FeatureState) -> None:
        self._codes = [
            (row, *_codes(feature, state.categories.get(feature.name, ())))
            for row, feature in _CATEGORIES
        ]
        self._words = {
            row: _places(state.categories.get(feature.name, ())) for row, feature in _CATEGORIES
        }
        low, high = limits(FEATURE_NAMES, state.bounds)
        self._low, self._high = low[:, None], high[:, None]
        self._medians = np.array([state.medians.get(name, np.nan) for name in FEATURE_NAMES])

    def known(self, columns: Columns) -> Numbers:
        """Return model inputs as ``build_features`` does, but without medians: NaN is unknown."""
        return self.drawn_in(self.raw(columns))

    def raw(self, columns: Columns) -> Numbers:
        """Return model inputs before anything but codes is applied, shape (features, n)."""
        numbers = _PLAN.values(columns)
        table = np.empty((len(FEATURES), numbers.shape[1]))
        table[_IS_NUMBER] = numbers
        for row, source, codes in self._codes:
            table[row] = [codes.get(label, np.nan) for label in columns[source]]
        return _finite(table)

    def drawn_in(self, raw: Numbers) -> Numbers:
        """Return ``raw`` inputs as ``known`` does: each drawn in to its bounds, a row a loan."""
        return np.ascontiguousarray(winsorized(raw, self._low, self._high).T)

    def of_values(self, values: Mapping[str, Numbers | NDArray[np.object_]]) -> Numbers:
        """Return model inputs as ``known`` does, of features as ``feature_values`` gives them.

        Those that are not given are unknown. At least one must be.
        """
        loans = len(next(iter(values.values())))
        table = np.full((len(FEATURES), loans), np.nan)
        for row, feature in enumerate(FEATURES):
            if feature.kind is Kind.NUMBER and feature.name in values:
                table[row] = values[feature.name]
        for row, words in self._words.items():
            labels = values.get(FEATURE_NAMES[row], np.full(loans, None))
            table[row] = [words.get(label, np.nan) for label in labels]
        return np.ascontiguousarray(winsorized(table, self._low, self._high).T)

    def filled(self, known: Numbers) -> Numbers:
        """Put medians where an input is unknown that training (nearly) always knew."""
        return np.where(np.isnan(known), self._medians, known)


def build_features(columns: Columns, state: FeatureState) -> Numbers:
    """Turn loans into model inputs.

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
    builder = FeatureBuilder(state)
    return builder.filled(builder.known(columns))


def feature_values(feature: Feature, columns: Columns) -> Numbers | NDArray[np.object_]:
    """Return a feature before anything learnt is applied: numbers as they are, labels as words."""
    if feature.kind is Kind.NUMBER:
        return _finite(Plan([feature.formula]).values(columns)[0])
    source, words = _words(feature)
    labels = columns[source]
    if words is not None:
        labels = [words.get(label) for label in labels]
    return np.array(labels, dtype=np.object_)


def _finite(values: Numbers) -> Numbers:
    """Let infinity be unknown: an income of a millionth of a cent makes such ratios."""
    return np.where(np.isfinite(values), values, np.nan)


def _words(feature: Feature) -> tuple[str, Mapping[object, str] | None]:
    """Return the column whose labels a category reads, and what stands for them, if not they.

    Raises
    ------
    TypeError
        The feature is a number.
    """
    match feature.formula:
        case str(source):
            return source, None
        case LookUp(source, table):
            return source, dict(table)
        case _:
            raise TypeError(f"{feature.name} is no category")


def _codes(feature: Feature, seen: tuple[str, ...]) -> tuple[str, Mapping[object, float]]:
    """Return the column whose labels a category reads, and the code of each that training saw."""
    codes = _places(seen)
    source, words = _words(feature)
    if words is None:
        return source, codes
    return source, {label: codes[word] for label, word in words.items() if word in codes}


def _places(seen: tuple[str, ...]) -> Mapping[object, float]:
    return {word: float(code) for code, word in enumerate(seen)}
