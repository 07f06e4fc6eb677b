"""A model that goes against credit sense is found; the champion, on real loans, does not."""

import csv
import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pytest
from numpy.typing import NDArray

from risk_platform.contract.outcome import DEFAULT_STATUSES, PAID_STATUSES
from risk_platform.evaluation.monotone import (
    Swept,
    sweep_columns,
    sweep_inputs,
    violations,
)
from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES, INPUTS
from risk_platform.features.parse import Columns, parse_columns
from risk_platform.features.state import FeatureState
from risk_platform.scoring.bundle import ModelBundle, read_bundle, write_bundle
from risk_platform.scoring.calibration import Isotonic, Platt
from risk_platform.scoring.examples import example_columns
from risk_platform.scoring.model import Family, Model
from risk_platform.training.champion import fit_champion
from risk_platform.training.inputs import Inputs
from risk_platform_tests.bundles import small_bundle

STATE = FeatureState(bounds={}, medians={}, categories={})
Matrix = NDArray[np.float64]


def bundle_of(model: Model) -> ModelBundle:
    """Return a bundle with a model of ours."""
    card = replace(small_bundle().card, features=model.inputs)
    return ModelBundle(model, STATE, card, small_bundle().segments)


def learnt(features: Matrix, outcomes: NDArray[np.int8], names: tuple[str, ...]) -> Model:
    """Return a booster that is bound to nothing."""
    data = lgb.Dataset(features, outcomes, feature_name=list(names))
    booster = lgb.train({"objective": "binary", "verbosity": -1, "num_threads": 1}, data, 30)
    return Model(family=Family.LIGHTGBM, inputs=names, text=booster.model_to_string())


def by_name(sweeps: Sequence[Swept]) -> dict[str, Swept]:
    """Return sweeps by what was moved."""
    return {swept.name: swept for swept in sweeps}


@pytest.fixture(scope="module")
def wrong() -> ModelBundle:
    """Return a model that learnt that more FICO, alone or of two, is more risk."""
    rng = np.random.default_rng(1)
    names = ("fico_mid", "dti", "loan_amnt")
    features = np.column_stack([rng.uniform(*ends, 3_000) for ends in ((600, 850), (0, 40))])
    features = np.column_stack([features, rng.uniform(1_000, 40_000, 3_000)])
    risk = (features[:, 0] - 725) / 40 + (features[:, 1] - 20) / 20
    outcomes = (rng.random(3_000) < 1 / (1 + np.exp(-risk))).astype(np.int8)
    return bundle_of(learnt(features, outcomes, names))


def test_a_model_that_goes_against_credit_sense_is_found(wrong: ModelBundle) -> None:
    """By the raw column and by the input that it became, and how far is said."""
    columns = sweep_columns(wrong, example_columns())
    assert {"fico_range_low", "fico_range_high"} <= set(violations(columns))
    assert "fico_mid" in violations(sweep_inputs(wrong, example_columns()))
    assert by_name(columns)["fico_range_low"].worst > 0.1


def test_only_columns_that_feed_a_directed_input_are_moved(wrong: ModelBundle) -> None:
    """The amount may go either way, and what the model does not read moves nothing."""
    names = set(by_name(sweep_columns(wrong, example_columns())))
    assert names == {"fico_range_low", "fico_range_high", "dti"}


def test_a_column_says_in_which_direction_it_is_bound(wrong: ModelBundle) -> None:
    """Counted by step: a debt burden only upwards, a FICO only downwards."""
    swept = by_name(sweep_columns(wrong, example_columns()))
    assert (swept["dti"].direction, swept["dti"].falls) == ("up", 0)
    assert (swept["fico_range_low"].direction, swept["fico_range_low"].rises) == ("down", 0)
    assert swept["dti"].told >= 20


def test_a_step_that_moves_a_free_feature_too_tells_nothing() -> None:
    """The amount stands in the burden, which is bound, and by itself, which is not."""
    names = ("loan_amnt", "loan_to_income")
    rng = np.random.default_rng(2)
    features = rng.uniform(size=(500, 2))
    swept = by_name(
        sweep_columns(
            bundle_of(learnt(features, (features[:, 0] > 0.5).astype(np.int8), names)),
            example_columns(),
        )
    )
    assert (swept["loan_amnt"].told, swept["loan_amnt"].direction) == (0, "anywhere")
    assert swept["loan_amnt"].untold > 20
    assert swept["annual_inc"].direction == "down"


def test_a_calibration_that_rises_breaks_nothing(wrong: ModelBundle) -> None:
    """Neither does one that is flat in places; what was wrong stays wrong."""
    for calibration in (Platt(0.8, -0.2), Isotonic((0.1, 0.5, 0.9), (0.2, 0.2, 0.7))):
        model = replace(wrong.model, calibration=calibration)
        found = violations(sweep_columns(bundle_of(model), example_columns()))
        assert set(found) == {"fico_range_low", "fico_range_high"} | set(found) & {"dti"}


@pytest.fixture(scope="module")
def loans(real_loans: Path) -> tuple[Columns, NDArray[np.int8], NDArray[np.int64]]:
    """Return real loans that have ended: columns, outcomes, and months of issue."""
    rows = [row for row in _rows(real_loans) if row["loan_status"] in _ENDED]
    columns = parse_columns(INPUTS, rows)
    outcomes = np.array([row["loan_status"] in DEFAULT_STATUSES for row in rows], np.int8)
    return columns, outcomes, np.asarray(columns["issue_d"], np.int64)


_ENDED = (*DEFAULT_STATUSES, *PAID_STATUSES)


def _rows(folder: Path) -> Iterator[Mapping[str, str]]:
    for path in sorted(folder.glob("lc_uniform_201[4-8].csv.gz")):
        with gzip.open(path, "rt", newline="") as file:
            yield from csv.DictReader(file)


def _inputs(columns: Columns, outcomes: NDArray[np.int8], issued: NDArray[np.int64]) -> Inputs:
    return Inputs(
        names=FEATURE_NAMES,
        categories=(),
        features=build_features(columns, STATE),
        outcomes=outcomes,
        issued=issued,
        sub_grade=np.ones(len(outcomes)),
    )


def test_the_champion_keeps_to_credit_sense_on_real_applications(
    loans: tuple[Columns, NDArray[np.int8], NDArray[np.int64]], tmp_path: Path
) -> None:
    """Written, read back and asked as it is served: no violation, and FICO told for two borrowers.

    The same learner left free breaks it, so the loans do show what the binding is for.
    """
    inputs = _inputs(*loans)
    fitted = fit_champion(inputs, inputs)
    sample = {name: values[-60:] for name, values in loans[0].items()}
    bundle = bundle_of(fitted.model)
    write_bundle(tmp_path, bundle)
    served = read_bundle(tmp_path)
    columns, moved = sweep_columns(served, sample), sweep_inputs(served, sample)
    assert violations([*columns, *moved]) == {}
    assert any(label == "Joint App" for label in sample["application_type"])
    fico = by_name(columns)["fico_range_low"]
    assert (fico.direction, fico.untold) == ("down", 0)
    assert fico.told > 500
    free = bundle_of(learnt(inputs.features, inputs.outcomes, inputs.names))
    assert len(violations(sweep_inputs(free, sample))) > 20
