"""Monitored: what of applications is held against the reference of a model."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from risk_platform.features.build import feature_values
from risk_platform.features.definitions import FEATURE_NAMES, FEATURES, INPUT_COLUMNS
from risk_platform.features.parse import Columns
from risk_platform.scoring.gaps import Flags, told_apart

Values = NDArray[np.float64] | NDArray[np.object_]

_TYPE, _JOINT = "application_type", "Joint App"


def monitored_values(names: Sequence[str], columns: Columns) -> dict[str, Values]:
    """Return features before anything learnt is applied: NaN or ``None`` where unknown.

    Parameters
    ----------
    names
        Of the features.
    columns
        As ``build_features`` takes them.
    """
    by_name = dict(zip(FEATURE_NAMES, FEATURES, strict=True))
    return {name: feature_values(by_name[name], columns) for name in names}


def imputed_shares(columns: Columns) -> NDArray[np.float64]:
    """Return which share of its columns each application was asked for and did not give, (n,)."""
    missing, _ = missing_of(columns)
    return missing.mean(axis=1)


def nulls_of(columns: Columns) -> Flags:
    """Tell what was not given, shape (n, len(INPUT_COLUMNS))."""
    return np.column_stack([_is_null(columns[name]) for name in INPUT_COLUMNS])


def missing_of(columns: Columns) -> tuple[Flags, Flags]:
    """Tell columns that are missing from those that were not asked for, as ``told_apart`` does."""
    null = nulls_of(columns)
    types = np.asarray(columns[_TYPE], dtype=np.object_)
    return told_apart(null, np.equal(types, _JOINT).astype(np.bool_))


def _is_null(values: Values) -> Flags:
    if values.dtype == np.object_:
        return np.equal(values, np.array(None, dtype=np.object_)).astype(np.bool_)
    return np.isnan(values.astype(np.float64, copy=False))
