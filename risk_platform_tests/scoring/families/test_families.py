"""Families: each predicts what its numbers say, from its text alone, for one loan as for many."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from risk_platform.scoring.bundle import ModelBundle, read_bundle, write_bundle
from risk_platform.scoring.calibration import Platt
from risk_platform.scoring.examples import example_columns
from risk_platform.scoring.model import Family
from risk_platform_tests.bundles import small_bundle, small_reference
from risk_platform_tests.scoring.families.small_models import TEXTS, applications, small_model

ALL = list(TEXTS)


def odds(log_odds: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + np.exp(-log_odds))


def test_a_logistic_regression_adds_up_scaled_columns() -> None:
    """FICO two deviations up, DTI at its mean, the purpose label 1."""
    found = small_model(Family.LOGISTIC_REGRESSION).predict(np.array([[760.0, 18.0, 1.0]]))
    columns = [2.0, 0.0, -1 / 3, -1.0, 0.7 / 0.46, -0.5]
    weighed = np.dot([-0.6, 0.4, 0.1, 0.0, -0.1, 0.3], columns)
    assert found == pytest.approx([odds(weighed - 2.0)])


@pytest.mark.parametrize(
    ("fico", "dti", "purpose", "leaves"),
    [
        (690.0, 20.0, 0.0, (0.5, 0.125)),
        (690.5, 20.5, 0.0, (0.0625, 0.75)),
        (700.0, 10.0, 1.0, (0.25, 0.125)),
        (700.0, 10.0, np.nan, (0.25, 0.125)),
        (np.nan, np.nan, 2.0, (0.0625, 0.125)),
    ],
    ids=["up to the split", "above it", "a label to the left", "no label", "filled"],
)
def test_loans_fall_through_trees(
    fico: float, dti: float, purpose: float, leaves: tuple[float, float]
) -> None:
    """The leaves that they end in vote, or add up as log-odds."""
    loan = np.array([[fico, dti, purpose]])
    assert small_model(Family.RANDOM_FOREST).predict(loan) == pytest.approx([np.mean(leaves)])
    assert small_model(Family.GBT).predict(loan) == pytest.approx([odds(sum(leaves))])


def test_a_network_applies_layer_after_layer() -> None:
    """A sigmoid over the hidden units, softmax over the two outputs."""
    found = small_model(Family.MLP).predict(np.array([[700.0, 18.0, np.nan]]))
    given = np.array([0.0, 0.0, -1 / 3, -1.0, -0.3 / 0.46, -0.5])
    first = [[-0.6, 0.4, 0.1, 0.0, -0.1, 0.3], [0.2, -0.5, 0.3, 0.1, 0.7, -0.2]]
    hidden = 1 / (1 + np.exp(-(np.array(first) @ given + [0.1, -0.1])))
    good, bad = np.exp(np.array([[-1.0, 0.5], [1.0, -0.5]]) @ hidden + [0.9, -0.9])
    assert found == pytest.approx([bad / (good + bad)])


@pytest.mark.parametrize("family", ALL)
def test_a_loan_scores_the_same_alone_and_among_many(family: Family) -> None:
    """To the bit, over batches of any size."""
    predictor, loans = small_model(family).predictor(), applications(many=5_000)
    alone = [predictor.predict(loans[row : row + 1])[0] for row in range(0, len(loans), 50)]
    np.testing.assert_array_equal(predictor.predict(loans)[::50], alone)


@pytest.mark.parametrize("family", ALL)
def test_what_is_unknown_scores(family: Family) -> None:
    """Nothing known, a label that training never saw, no loan at all."""
    strange = np.array([[np.nan] * 3, [700.0, 18.0, 99.0], [1e300, -1e300, -1.0]])
    found = small_model(family).predict(strange)
    assert ((found > 0) & (found < 1)).all()
    assert small_model(family).predict(np.empty((0, 3))).shape == (0,)


@pytest.mark.parametrize("family", ALL)
def test_a_bundle_carries_any_family(family: Family, tmp_path: Path) -> None:
    """Written and read it scores the same, to the bit, with its calibration."""
    state = small_bundle().state
    model = replace(small_model(family), calibration=Platt(1.0, -1.25))
    card = replace(small_bundle().card, family=family, features=model.inputs)
    reference = small_reference(model)
    bundle = ModelBundle(model, state, card, small_bundle().segments, reference)
    write_bundle(tmp_path, bundle)
    again = read_bundle(tmp_path)
    assert again.model == model
    np.testing.assert_array_equal(
        again.predict(example_columns()), bundle.predict(example_columns())
    )
