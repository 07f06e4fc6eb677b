"""Real loans that have ended, as models learn from them; and a booster that is bound to nothing."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from pathlib import Path

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from risk_platform.contract.outcome import DEFAULT_STATUSES, PAID_STATUSES
from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES, INPUTS
from risk_platform.features.parse import Columns, parse_columns
from risk_platform.features.state import FeatureState
from risk_platform.scoring.model import Family, Model
from risk_platform.training.inputs import Inputs

UNLEARNT = FeatureState(bounds={}, medians={}, categories={})
_ENDED = (*DEFAULT_STATUSES, *PAID_STATUSES)


def ended_loans(folder: Path) -> tuple[Columns, Inputs]:
    """Return real loans of 2014 to 2018: raw columns, and model inputs with nothing learnt."""
    rows = [row for row in _rows(folder) if row["loan_status"] in _ENDED]
    columns = parse_columns(INPUTS, rows)
    outcomes = np.array([row["loan_status"] in DEFAULT_STATUSES for row in rows], np.int8)
    inputs = Inputs(
        names=FEATURE_NAMES,
        categories=(),
        features=build_features(columns, UNLEARNT),
        outcomes=outcomes,
        issued=np.asarray(columns["issue_d"], np.int64),
        sub_grade=np.ones(len(outcomes)),
    )
    return columns, inputs


def learnt_freely(
    features: NDArray[np.float64], outcomes: NDArray[np.int8], names: tuple[str, ...]
) -> Model:
    """Return a booster that is bound to nothing."""
    data = lgb.Dataset(features, outcomes, feature_name=list(names))
    booster = lgb.train({"objective": "binary", "verbosity": -1, "num_threads": 1}, data, 30)
    return Model(family=Family.LIGHTGBM, inputs=names, text=booster.model_to_string())


def _rows(folder: Path) -> Iterator[Mapping[str, str]]:
    for path in sorted(folder.glob("lc_uniform_201[4-8].csv.gz")):
        with gzip.open(path, "rt", newline="") as file:
            yield from csv.DictReader(file)
