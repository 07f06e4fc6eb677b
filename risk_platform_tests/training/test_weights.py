"""Weights: both classes weigh alike while a model is fitted, and PDs are told as they were."""

import math

import numpy as np
import pytest
from pyspark.sql import SparkSession

from risk_platform.errors.protocols import OneClassError
from risk_platform.training.weights import (
    add_weight_column,
    compute_class_weights,
    prior_shift,
    resample,
)


def test_both_classes_weigh_alike() -> None:
    """A loan of the rare class weighs more, and the mean weight is 1."""
    weights = compute_class_weights({0: 90, 1: 10})
    assert weights == {0: pytest.approx(100 / 180), 1: pytest.approx(5.0)}
    assert 90 * weights[0] == pytest.approx(10 * weights[1]) == pytest.approx(50.0)


def test_outcomes_are_counted() -> None:
    """Each loan's outcome gives the same weights as their numbers."""
    outcomes = np.array([0, 1, 0, 0, 1, 0], dtype=np.int8)
    assert compute_class_weights(outcomes) == compute_class_weights({0: 4, 1: 2})


@pytest.mark.parametrize(
    ("counts", "said"),
    [({0: 5}, "of 5 loans 0 defaulted"), ({0: 0, 1: 7}, "of 7 loans 7"), ({}, "of 0 loans 0")],
)
def test_one_class_alone_has_no_weight(counts: dict[int, int], said: str) -> None:
    """The sentence counts the loans."""
    with pytest.raises(OneClassError, match=said):
        compute_class_weights(counts)


def test_each_loan_gets_the_weight_of_its_class(spark: SparkSession) -> None:
    """And none where the outcome is not known."""
    loans = spark.createDataFrame(
        [("a", 1.0), ("b", 0.0), ("c", None)], "id string, outcome double"
    )
    weighed = add_weight_column(loans, {0: 0.5, 1: 4.0}).orderBy("id").collect()
    assert [row["weight"] for row in weighed] == [4.0, 0.5, None]


def test_the_columns_can_have_other_names(spark: SparkSession) -> None:
    """Of the outcome, and of the weight."""
    loans = spark.createDataFrame([(1,)], "default_flag int")
    weighed = add_weight_column(loans, {0: 0.5, 1: 4.0}, "default_flag", "mass")
    assert weighed.collect()[0].asDict() == {"default_flag": 1, "mass": 4.0}


def test_loans_stand_as_often_as_they_weigh(spark: SparkSession) -> None:
    """On average: what is left of a whole number is drawn by the loan's id."""
    loans = spark.range(4_000).selectExpr("string(id) AS id", "double(id % 10 = 0) AS outcome")
    drawn = resample(loans, {0: 0.6, 1: 4.5}, seed=3)
    counts = {row["outcome"]: row["count"] for row in drawn.groupBy("outcome").count().collect()}
    assert counts[0.0] == pytest.approx(0.6 * 3_600, rel=0.05)
    assert counts[1.0] == pytest.approx(4.5 * 400, rel=0.02)
    assert drawn.columns == loans.columns


def test_the_same_loans_are_drawn_however_they_are_spread(spark: SparkSession) -> None:
    """Another seed draws others."""
    loans = spark.range(500).selectExpr("string(id) AS id", "double(0) AS outcome")

    def drawn(parts: int, seed: int) -> list[str]:
        rows = resample(loans.repartition(parts), {0: 0.4, 1: 2.0}, seed).collect()
        return sorted(row["id"] for row in rows)

    assert drawn(1, 3) == drawn(7, 3) != drawn(1, 4)


@pytest.mark.parametrize("pd", [0.001, 0.05, 0.3, 0.9])
def test_the_change_of_the_prior_is_undone(pd: float) -> None:
    """Weights multiply odds by their ratio; the PD that comes back is the one before."""
    weights = compute_class_weights({0: 950, 1: 50})
    weighted = weights[1] * pd / (weights[1] * pd + weights[0] * (1 - pd))
    assert prior_shift(weights).apply(np.array([weighted])) == pytest.approx([pd])
    assert prior_shift(weights).intercept == pytest.approx(-math.log(19))
