"""A model that goes against credit sense is found; the champion, on real loans, does not."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from risk_platform.evaluation.monotone import (
    Swept,
    sweep_columns,
    sweep_inputs,
    violations,
)
from risk_platform.features.parse import Columns
from risk_platform.scoring.bundle import ModelBundle, read_bundle, write_bundle
from risk_platform.scoring.calibration import Isotonic, Platt
from risk_platform.scoring.examples import example_columns
from risk_platform.scoring.model import Model
from risk_platform.training.champion import fit_champion
from risk_platform.training.inputs import Inputs
from risk_platform_tests.bundles import small_bundle, small_reference
from risk_platform_tests.real_applications import UNLEARNT, ended_loans, learnt_freely


def bundle_of(model: Model) -> ModelBundle:
    """Return a bundle with a model of ours."""
    card = replace(small_bundle().card, features=model.inputs)
    reference = small_reference(model, UNLEARNT)
    return ModelBundle(model, UNLEARNT, card, small_bundle().segments, reference)


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
    return bundle_of(learnt_freely(features, outcomes, names))


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
            bundle_of(learnt_freely(features, (features[:, 0] > 0.5).astype(np.int8), names)),
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
def loans(real_loans: Path) -> tuple[Columns, Inputs]:
    """Return real loans that have ended, raw and as model inputs."""
    return ended_loans(real_loans)


def test_the_champion_keeps_to_credit_sense_on_real_applications(
    loans: tuple[Columns, Inputs], tmp_path: Path
) -> None:
    """Written, read back and asked as it is served: no violation, and FICO told for two borrowers.

    The same learner left free breaks it, so the loans do show what the binding is for.
    """
    columns, inputs = loans
    fitted = fit_champion(inputs, inputs)
    sample = {name: values[-60:] for name, values in columns.items()}
    bundle = bundle_of(fitted.model)
    write_bundle(tmp_path, bundle)
    served = read_bundle(tmp_path)
    swept, moved = sweep_columns(served, sample), sweep_inputs(served, sample)
    assert violations([*swept, *moved]) == {}
    assert any(label == "Joint App" for label in sample["application_type"])
    fico = by_name(swept)["fico_range_low"]
    assert (fico.direction, fico.untold) == ("down", 0)
    assert fico.told > 500
    free = bundle_of(learnt_freely(inputs.features, inputs.outcomes, inputs.names))
    assert len(violations(sweep_inputs(free, sample))) > 20
