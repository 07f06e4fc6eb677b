"""Families of Spark ML: what is served is Spark's own model, and it learnt what there was."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from pyspark.ml.classification import (
    GBTClassifier,
    LogisticRegression,
    MultilayerPerceptronClassifier,
    RandomForestClassifier,
)
from pyspark.ml.functions import vector_to_array
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.splits import Split
from risk_platform.evaluation.metrics import auc
from risk_platform.scoring.families.forest import ForestText
from risk_platform.scoring.families.texts import from_text
from risk_platform.scoring.model import Family, Model
from risk_platform.training.fitted import Fitted
from risk_platform.training.forests import (
    fit_gbt,
    fit_random_forest,
    gbt_model,
    random_forest_model,
)
from risk_platform.training.linear import fit_logistic_regression, linear_model
from risk_platform.training.network import fit_network, network_model
from risk_platform.training.vectors import Vectors
from risk_platform_tests.training.conftest import TRAINED_ON, VALIDATED_ON

pytestmark = pytest.mark.long

FIT_ON = TRAINED_ON + VALIDATED_ON


def spark_scores(predicted: DataFrame) -> NDArray[np.float64]:
    """Return Spark's own probabilities, in the order of the loans."""
    score = vector_to_array(F.col("probability")).getItem(1).alias("score")
    rows = predicted.select(F.col("id").cast("int").alias("id"), score).orderBy("id").collect()
    return np.array([row["score"] for row in rows])


def of_logistic_regression(scaled: Vectors) -> tuple[Model, DataFrame]:
    """Return a logistic regression as data, and what Spark's predicts."""
    estimator = LogisticRegression(
        labelCol="outcome", weightCol="weight", regParam=0.01, elasticNetParam=0.5
    )
    model = estimator.fit(scaled.of(Split.TRAIN))
    return linear_model(model, scaled), model.transform(scaled.loans)


def of_random_forest(coded: Vectors) -> tuple[Model, DataFrame]:
    """Return a random forest as data, and what Spark's predicts."""
    estimator = RandomForestClassifier(
        labelCol="outcome", weightCol="weight", numTrees=15, maxDepth=7, seed=1
    )
    model = estimator.fit(coded.of(Split.TRAIN))
    return random_forest_model(model, coded), model.transform(coded.loans)


def of_gbt(coded: Vectors) -> tuple[Model, DataFrame]:
    """Return boosted trees as data, and what Spark's predict."""
    estimator = GBTClassifier(
        labelCol="outcome", weightCol="weight", maxIter=12, maxDepth=4, seed=1
    )
    model = estimator.fit(coded.of(Split.TRAIN))
    return gbt_model(model, coded, 12), model.transform(coded.loans)


def of_mlp(scaled: Vectors) -> tuple[Model, DataFrame]:
    """Return a network of two hidden layers as data, and what Spark's predicts."""
    layers = [scaled.encoding.width, 7, 4, 2]
    estimator = MultilayerPerceptronClassifier(
        labelCol="outcome", layers=layers, maxIter=20, seed=1
    )
    model = estimator.fit(scaled.of(Split.TRAIN))
    return network_model(model, scaled), model.transform(scaled.loans)


@dataclass(frozen=True)
class Case:
    """A family: how it is made in the small, how it is fitted, and on which vectors."""

    compared: Callable[[Vectors], tuple[Model, DataFrame]]
    fit: Callable[[Vectors], Fitted]
    vectors: str


CASES = {
    Family.LOGISTIC_REGRESSION: Case(of_logistic_regression, fit_logistic_regression, "scaled"),
    Family.RANDOM_FOREST: Case(of_random_forest, lambda v: fit_random_forest(v, 15, 5), "coded"),
    Family.GBT: Case(of_gbt, lambda v: fit_gbt(v, 20, 2), "coded"),
    Family.MLP: Case(of_mlp, lambda v: fit_network(v, 4, 20), "scaled"),
}


@pytest.fixture(scope="module", params=list(CASES), ids=str)
def family(request: pytest.FixtureRequest) -> Family:
    """Return each family in turn."""
    return request.param


@pytest.fixture(scope="module")
def vectors(family: Family, request: pytest.FixtureRequest) -> Vectors:
    """Return the vectors that it is fitted on."""
    return request.getfixturevalue(CASES[family].vectors)


@pytest.fixture(scope="module")
def fitted(family: Family, vectors: Vectors) -> Fitted:
    """Return a fitted model of it."""
    return CASES[family].fit(vectors)


def test_what_is_served_is_sparks_own_model(
    family: Family, vectors: Vectors, features: NDArray[np.float64]
) -> None:
    """Thousands of loans, of which a tenth of all values is unknown, get Spark's probabilities."""
    model, predicted = CASES[family].compared(vectors)
    served = model.predictor().predict(features[:FIT_ON])
    np.testing.assert_allclose(served, spark_scores(predicted), rtol=0, atol=1e-9)
    assert served.std() > 0.05


def test_trees_split_categories_by_their_labels(coded: Vectors) -> None:
    """A code is a name, not an amount: some split sends labels left."""
    text = from_text(ForestText, of_gbt(coded)[0].text)
    assert any(isinstance(split, tuple) for tree in text.trees for split in tree.splits)


def test_a_signal_is_learnt(
    fitted: Fitted, features: NDArray[np.float64], outcomes: NDArray[np.bool_]
) -> None:
    """Three inputs of 113 matter, and 280 defaults show which: later loans are ranked by them."""
    later, truth = features[FIT_ON:], outcomes[FIT_ON:].astype(np.int8)
    assert auc(truth, fitted.predict(later)) > 0.62


def test_pds_are_those_of_the_loans_and_not_of_the_weighted(
    fitted: Fitted, features: NDArray[np.float64], outcomes: NDArray[np.bool_]
) -> None:
    """The change of the prior is undone: their mean is near the rate, far below a half."""
    pd = fitted.predict(features[:TRAINED_ON])
    assert pd.mean() == pytest.approx(outcomes[:TRAINED_ON].mean(), rel=0.35)
    assert fitted.model.predictor().predict(features[:TRAINED_ON]).mean() > 0.35


def test_the_same_loans_give_the_same_model(
    fitted: Fitted, family: Family, vectors: Vectors
) -> None:
    """Fitted again it has the same text, to the last digit."""
    assert CASES[family].fit(vectors).model.text == fitted.model.text


def test_notes_say_how_classes_were_balanced(fitted: Fitted, family: Family) -> None:
    """By weights, or by a draw where the family takes none."""
    said = "takes no weights" if family is Family.MLP else "were weighted"
    assert said in fitted.notes[0]
    assert "undone in closed form" in fitted.notes[0]


def test_importance_is_that_of_the_inputs(fitted: Fitted, family: Family) -> None:
    """Those by which loans were drawn come first; a network has none."""
    largest = sorted(fitted.importance, key=fitted.importance.__getitem__)[-3:]
    assert family is Family.MLP or {"fico_mid", "region"} <= set(largest)


def test_boosting_is_cut_where_later_loans_are_predicted_best(coded: Vectors) -> None:
    """The history is the log-loss of both splits, and no tree after the best is kept."""
    fitted = fit_gbt(coded, 20, 3)
    losses = fitted.history["validation"]
    assert len(losses) == len(fitted.history["train"]) == 20
    assert fitted.rounds == int(np.argmin(losses)) + 1
    assert len(from_text(ForestText, fitted.model.text).trees) == fitted.rounds


def test_the_history_is_the_weighted_log_loss(
    coded: Vectors, features: NDArray[np.float64], outcomes: NDArray[np.bool_]
) -> None:
    """That of the kept trees is what they give on these loans."""
    fitted = fit_gbt(coded, 5, 2)
    score = fitted.model.predictor().predict(features[:TRAINED_ON])
    bad = outcomes[:TRAINED_ON]
    losses = -np.log(np.where(bad, score, 1 - score))
    weights = np.where(bad, coded.weights[1], coded.weights[0])
    assert fitted.history["train"][fitted.rounds - 1] == pytest.approx(
        np.average(losses, weights=weights), abs=1e-9
    )
