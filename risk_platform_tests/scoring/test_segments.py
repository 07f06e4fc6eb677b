"""Segments: read as they were written, refused where they make no sense, and applied row by row."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import multivariate_normal

from risk_platform.features.definitions import FEATURE_NAMES
from risk_platform.scoring.rules import Mixture, Nearest, Rule, reordered
from risk_platform.scoring.segments import Scale, Segments

SCALES = (
    Scale(name="fico_mid", median=700.0, low=660.0, high=800.0, is_log=False, mean=700.0, sd=40.0),
    Scale(name="open_acc", median=10.0, low=1.0, high=30.0, is_log=True, mean=2.3, sd=0.5),
)
NEAREST = Nearest(((-0.5, 0.25), (1.0, 0.0)))
MIXTURE = Mixture(
    means=((-0.5, 0.0), (0.5, 0.2)),
    covariances=(((1.0, 0.3), (0.3, 0.5)), ((0.2, -0.1), (-0.1, 2.0))),
    weights=(0.7, 0.3),
)
RULES = [NEAREST, MIXTURE]
NAMES = ("low FICO", "high FICO")


def segments(rule: Rule = NEAREST) -> Segments:
    """Return two segments of two features."""
    return Segments(scales=SCALES, rule=rule, names=NAMES)


def features(size: int = 500, seed: int = 1) -> np.ndarray:
    """Return borrowers, some of whom nothing is known."""
    rng = np.random.default_rng(seed)
    rows = np.column_stack([rng.uniform(600, 850, size), rng.integers(0, 60, size)])
    return np.where(rng.random(rows.shape) < 0.1, np.nan, rows)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_segments_survive_being_written(rule: Rule) -> None:
    """To the last bit, and the same segments have the same text."""
    again = Segments.from_json(segments(rule).to_json())
    assert again == segments(rule)
    assert again.to_json() == segments(rule).to_json()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
@given(rows=arrays(np.float64, (7, 2), elements=st.floats(0, 900) | st.just(float("nan"))))
def test_a_borrower_is_of_the_same_segment_alone_and_among_others(
    rule: Rule, rows: np.ndarray
) -> None:
    """No step looks at another row, whatever is known."""
    together = segments(rule).assign(rows)
    assert [int(segments(rule).assign(row[None])[0]) for row in rows] == together.tolist()
    assert set(together.tolist()) <= {0, 1}


def test_what_is_unknown_counts_as_the_median() -> None:
    """Nobody is left without a segment."""
    scaled = segments().scaled(np.array([[np.nan, np.nan], [700.0, 10.0]]))
    np.testing.assert_array_equal(scaled[0], scaled[1])


def test_features_are_drawn_in_logged_and_standardised() -> None:
    """In this order; the features that are handed in stay as they are."""
    rows = np.array([[900.0, 0.0]])
    expected = [[(800 - 700) / 40, (np.log1p(1) - 2.3) / 0.5]]
    np.testing.assert_allclose(segments().scaled(rows), expected)
    assert rows.tolist() == [[900.0, 0.0]]


def test_the_nearest_centre_wins() -> None:
    """As the crow flies, on the common scale."""
    found = NEAREST.assign(np.array([[-2.0, 0.0], [3.0, 0.0], [0.2, 0.1]]))
    assert found.tolist() == [0, 1, 0]


def test_densities_are_those_of_normal_distributions() -> None:
    """Weighted, and as another library has them."""
    rows = segments(MIXTURE).scaled(features())
    # scipy's types know a covariance as a number only.
    expected = [
        np.log(weight) + multivariate_normal.logpdf(rows, mean, covariance)  # pyright: ignore[reportArgumentType]
        for mean, covariance, weight in zip(
            MIXTURE.means, MIXTURE.covariances, MIXTURE.weights, strict=True
        )
    ]
    np.testing.assert_allclose(MIXTURE.log_densities(rows), expected, rtol=1e-10)


def test_borrowers_far_out_are_told_apart() -> None:
    """Where the densities themselves are 0, their logarithms still differ."""
    far = np.array([[100.0, 0.0], [0.0, 100.0]])
    assert np.exp(MIXTURE.log_densities(far)).max() == 0
    assert MIXTURE.assign(far).tolist() == [0, 1]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_another_order_is_another_number_for_the_same_borrowers(rule: Rule) -> None:
    """Nothing else changes."""
    rows = segments().scaled(features())
    np.testing.assert_array_equal(reordered(rule, [1, 0]).assign(rows), 1 - rule.assign(rows))


def test_inputs_are_features_that_we_build() -> None:
    """In the order of the scales."""
    assert segments().inputs == ("fico_mid", "open_acc")
    assert set(segments().inputs) <= set(FEATURE_NAMES)


def written(rule: Rule, **changes: Any) -> str:
    """Return the text of segments whose rule says something else."""
    data = json.loads(segments(rule).to_json())
    return json.dumps(data | {"rule": data["rule"] | changes})


LOPSIDED = (((1.0, 0.3), (0.2, 0.5)), MIXTURE.covariances[1])
FLAT = (((1.0, 1.0), (1.0, 1.0)), MIXTURE.covariances[1])


@pytest.mark.parametrize(
    "text",
    [
        written(NEAREST, kind="oracle"),
        written(NEAREST, centres=[[float("nan"), 0.0], [1.0, 0.0]]),
        written(NEAREST, centres=[[0.0, 0.0], [1.0]]),
        written(NEAREST, centres=[[0.0], [1.0]]),
        written(NEAREST, centres=[[0.0, 0.0]]),
        written(NEAREST, centres=[]),
        written(MIXTURE, covariances=FLAT),
        written(MIXTURE, covariances=LOPSIDED),
        written(MIXTURE, covariances=MIXTURE.covariances[:1]),
        written(MIXTURE, means=[[float("inf"), 0.0], [0.0, 0.0]]),
        written(MIXTURE, weights=[0.5, 0.4]),
        written(MIXTURE, weights=[1.2, -0.2]),
        written(MIXTURE, weights=[1.0]),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(text: str) -> None:
    """Not finite, of other sizes, not symmetric or without width: it would divide nobody."""
    with pytest.raises(ValueError, match=r"segments|mixture|covariance|names|definite|sequence"):
        Segments.from_json(text)


@pytest.mark.parametrize(
    "change",
    [
        {"sd": 0.0},
        {"sd": float("nan")},
        {"median": float("inf")},
        {"low": 900.0},
        {"is_log": True, "low": -1.0},
    ],
)
def test_a_scale_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    """It would give no number."""
    with pytest.raises(ValueError, match="fico_mid"):
        replace(SCALES[0], **change)


@pytest.mark.parametrize("names", [("one",), ("one", "one"), ("one", "")])
def test_each_segment_has_a_name_of_its_own(names: tuple[str, ...]) -> None:
    """None is missing, empty or given twice."""
    with pytest.raises(ValueError, match="name"):
        Segments(scales=SCALES, rule=NEAREST, names=names)
