"""Clusters: planted groups are found, as Spark divides them, from traits alone."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from pyspark.sql import DataFrame, SparkSession
from sklearn.metrics import adjusted_rand_score, silhouette_score

from risk_platform.errors.segments import NoSegmentsError
from risk_platform.evaluation.traits import TRAIT_NAMES, TRAITS
from risk_platform.scoring.rules import Mixture
from risk_platform.scoring.segments import apply_scales, scale_figures
from risk_platform.training.clusters import SIZES, cluster, vectors_of
from risk_platform.training.scales import learn_scales
from risk_platform.training.segment_methods import (
    KMEANS,
    MIXTURE,
    ROUGH,
    THOROUGH,
    Method,
    bic,
    fit_kmeans,
    fit_mixture,
    free_parameters,
    silhouette,
)
from risk_platform.training.segmentation import Clustering, Stability, steadier

pytestmark = pytest.mark.long

METHODS = pytest.mark.parametrize("method", [KMEANS, MIXTURE], ids=lambda method: method.name)
# Incomes, debts, FICO, ages, utilisation and accounts of four kinds of people.
KINDS = (
    (30_000, 30, 670, 60, 90, 4),
    (60_000, 10, 700, 150, 50, 10),
    (60_000, 35, 690, 300, 60, 28),
    (150_000, 8, 800, 300, 5, 12),
)
COUNTS = (400, 900, 500, 700)
Floats = NDArray[np.float64]


def planted(seed: int = 5) -> tuple[Floats, NDArray[np.int64]]:
    """Return borrowers of four kinds, of whom a tenth of the traits is unknown, and their kinds."""
    rng = np.random.default_rng(seed)
    kinds = np.repeat(range(len(KINDS)), COUNTS)
    spread = np.exp(rng.normal(0, 0.08, (len(kinds), len(TRAITS))))
    traits = np.array(KINDS, dtype=np.float64)[kinds] * spread
    return np.where(rng.random(traits.shape) < 0.02, np.nan, traits), kinds


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[str, Clustering]:
    """Return both divisions of the planted borrowers."""
    traits, _ = planted()
    return {method.name: cluster(spark, traits, method) for method in (KMEANS, MIXTURE)}


@pytest.fixture(scope="module")
def vectors(spark: SparkSession) -> DataFrame:
    """Return the planted borrowers on the common scale, for Spark."""
    return vectors_of(spark, scaled())


def scaled() -> Floats:
    """Return the planted borrowers on the common scale."""
    traits, _ = planted()
    return apply_scales(scale_figures(learn_scales(traits)), traits)


@METHODS
def test_planted_groups_are_found(found: dict[str, Clustering], method: Method) -> None:
    """As many as there are, and each borrower in the right one, but for a few."""
    traits, kinds = planted()
    segments = found[method.name].segments
    assert adjusted_rand_score(kinds, segments.assign(traits)) > 0.95


@METHODS
def test_segments_are_numbered_by_size(found: dict[str, Clustering], method: Method) -> None:
    """The first is the largest."""
    traits, _ = planted()
    sizes = np.bincount(found[method.name].segments.assign(traits))
    assert (np.diff(sizes) < 0).all()
    assert len(sizes) == len(KINDS)


def test_what_is_there_is_found_with_other_seeds_and_loans(found: dict[str, Clustering]) -> None:
    """Where there are groups the divisions agree, and better than on people of one kind."""
    assert found["k-means"].stability.least > 0.9


def test_what_is_not_there_is_not_stable(spark: SparkSession) -> None:
    """People of one kind are divided now in this way and now in that, and the figures say so."""
    traits = np.random.default_rng(1).normal(50, 5, (2_000, len(TRAITS)))
    assert cluster(spark, traits, KMEANS).stability.least < 0.6


@METHODS
def test_each_number_was_tried_and_the_best_taken(
    found: dict[str, Clustering], method: Method
) -> None:
    """By the method's own figure, which is the highest silhouette or the lowest BIC."""
    tried = found[method.name].tried
    best = min if method.is_lower_better else max
    fitting = {t.segments: t.figure for t in tried if t.figure is not None and t.smallest >= 0.05}
    assert [one.segments for one in tried] == list(SIZES)
    assert best(fitting, key=fitting.__getitem__) == len(found[method.name].segments.names)


@METHODS
def test_the_same_loans_give_the_same_segments(
    spark: SparkSession, found: dict[str, Clustering], method: Method
) -> None:
    """Fitted again, they have the same text, to the last digit."""
    again = cluster(spark, planted()[0], method)
    assert again.segments.to_json() == found[method.name].segments.to_json()


@METHODS
@pytest.mark.parametrize("segments", [3, 5])
def test_a_borrower_is_of_the_segment_that_spark_says(
    vectors: DataFrame, method: Method, segments: int
) -> None:
    """Without Java as with it, for thousands of borrowers, with what is unknown of them."""
    fit = method.fit(vectors, segments, 3, ROUGH)
    assert fit is not None
    theirs = np.array(
        [row[0] for row in fit.model.transform(vectors).select("prediction").collect()]
    )
    np.testing.assert_array_equal(fit.rule.assign(scaled()), theirs)


def test_the_silhouette_is_that_of_the_literature(vectors: DataFrame) -> None:
    """By squared distance, as another library works it out."""
    fit = fit_kmeans(vectors, 4, 3, ROUGH)
    assert fit is not None
    expected = silhouette_score(scaled(), fit.rule.assign(scaled()), metric="sqeuclidean")
    assert silhouette(vectors, fit) == pytest.approx(expected, abs=1e-6)


def test_bic_weighs_what_is_learnt_against_what_is_missed(vectors: DataFrame) -> None:
    """Worked out from the densities.

    Spark's likelihood is that of the last round but one, and no density of its is below the
    machine's epsilon: a borrower far from everybody counts no more than that.
    """
    fit = fit_mixture(vectors, 4, 3, THOROUGH)
    assert fit is not None
    assert isinstance(fit.rule, Mixture)
    densities = np.exp(fit.rule.log_densities(scaled())) + np.finfo(np.float64).eps
    likelihood = np.log(densities.sum(axis=0)).sum()
    expected = free_parameters(4, 6) * np.log(sum(COUNTS)) - 2 * likelihood
    assert bic(vectors, fit) == pytest.approx(expected, abs=0.001 * sum(COUNTS))


def test_a_mixture_of_two_in_one_dimension_learns_five_numbers() -> None:
    """A weight, two means and two variances."""
    assert free_parameters(2, 1) == 5


@METHODS
def test_borrowers_who_are_all_alike_cannot_be_divided(spark: SparkSession, method: Method) -> None:
    """The sentence says how many there were, and what was tried."""
    alike = np.ones((200, len(TRAITS)))
    with pytest.raises(NoSegmentsError, match=r"finds no 3 to 6 segments .* among 200 loans"):
        cluster(spark, alike, method)


def test_a_trait_that_nobody_has_divides_nobody() -> None:
    """It is 0 for all, and so is one that all have alike."""
    traits, _ = planted()
    traits[:, 0], traits[:, 1] = np.nan, 15.0
    on_scale = apply_scales(scale_figures(learn_scales(traits)), traits)
    assert not on_scale[:, :2].any()


def test_scales_are_learnt_of_what_is_known() -> None:
    """Means are 0 and deviations 1; amounts are logged, and tails drawn in."""
    on_scale, scales = scaled(), learn_scales(planted()[0])
    np.testing.assert_allclose(on_scale.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(on_scale.std(axis=0), 1, atol=1e-9)
    assert tuple(scale.name for scale in scales) == TRAIT_NAMES
    assert {scale.name for scale in scales if scale.is_log} == {
        "household_income_usd",
        "credit_age_months",
        "open_acc",
    }


def test_the_steadier_division_is_served(found: dict[str, Clustering]) -> None:
    """Whose worse agreement is better; k-means where they are alike."""
    one = replace(found["k-means"], stability=Stability(other_seed=0.9, other_sample=0.7))
    steady = replace(one, stability=Stability(other_seed=0.8, other_sample=0.75))
    assert steadier(one, steady) is steady
    assert steadier(steady, one) is steady
    assert steadier(one, replace(one, method="other")) is one
