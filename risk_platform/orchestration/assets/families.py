"""Families: the models of Spark ML that the champion is measured against, and may be replaced by.

Each is fitted on vectors that the function makes which serves it, and leaves as numbers that are
applied without Java. Their probabilities are calibrated on the validation split, which is later in
time. Sizes are asset config, so that a run may change them.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import dagster as dg
from pydantic import Field, PositiveFloat, PositiveInt

from risk_platform.contract.splits import Split
from risk_platform.evaluation.plots import importance_plot, learning_plot
from risk_platform.orchestration.metadata import plot
from risk_platform.orchestration.pools import SPARK
from risk_platform.orchestration.resources import Experiment, SparkResource
from risk_platform.spark.partwise import PartFiles
from risk_platform.training import forests, linear, network
from risk_platform.training.calibration import calibrated
from risk_platform.training.fitted import Fitted
from risk_platform.training.inputs import Inputs, inputs_of
from risk_platform.training.vectors import Vectors, vectors_of

Context = dg.AssetExecutionContext


class LogisticRegressionConfig(dg.Config):
    """Elastic nets to choose from: strengths, and the share that is on absolute values."""

    penalties: list[PositiveFloat] = Field(default=[*linear.PENALTIES], min_length=1)
    l1_share: Annotated[float, Field(ge=0, le=1)] = linear.L1_SHARE


class RandomForestConfig(dg.Config):
    """How many trees, and how deep."""

    trees: PositiveInt = forests.VOTING_TREES
    depth: PositiveInt = forests.VOTING_DEPTH


class GbtConfig(dg.Config):
    """How many trees at most, how deep, and how much of each counts."""

    trees: PositiveInt = forests.ADDING_TREES
    depth: PositiveInt = forests.ADDING_DEPTH
    learning_rate: PositiveFloat = forests.LEARNING_RATE


class MlpConfig(dg.Config):
    """How many hidden units, and how many iterations at most."""

    units: PositiveInt = network.UNITS
    iterations: PositiveInt = network.ITERATIONS


@dg.asset(io_manager_key="documents", group_name="models", kinds={"pyspark"}, pool=SPARK)
def model_logistic_regression(
    context: Context,
    config: LogisticRegressionConfig,
    loan_features: PartFiles,
    experiment: Experiment,
    spark: SparkResource,
) -> Fitted:
    """The logistic regression of Spark ML, with an elastic net.

    Log-odds are a weighted sum: of each number scaled, of what it means that one is unknown, of
    each label. The strength of the penalty is the one by which later loans are predicted best.
    """
    vectors = vectors_of(spark.spark_session, loan_features, experiment.rules, one_hot=True)
    return _fit(
        context,
        vectors,
        _later(loan_features, experiment),
        lambda loans: linear.fit_logistic_regression(loans, config.penalties, config.l1_share),
    )


@dg.asset(io_manager_key="documents", group_name="models", kinds={"pyspark"}, pool=SPARK)
def model_random_forest(
    context: Context,
    config: RandomForestConfig,
    loan_features: PartFiles,
    experiment: Experiment,
    spark: SparkResource,
) -> Fitted:
    """The random forest of Spark ML: trees of bounded depth that vote.

    Each tree sees a sample of the training loans, and each split some of the inputs.
    """
    vectors = vectors_of(spark.spark_session, loan_features, experiment.rules, one_hot=False)
    return _fit(
        context,
        vectors,
        _later(loan_features, experiment),
        lambda loans: forests.fit_random_forest(loans, config.trees, config.depth),
    )


@dg.asset(io_manager_key="documents", group_name="models", kinds={"pyspark"}, pool=SPARK)
def model_gbt(
    context: Context,
    config: GbtConfig,
    loan_features: PartFiles,
    experiment: Experiment,
    spark: SparkResource,
) -> Fitted:
    """The gradient-boosted trees of Spark ML, each fitted to what those before it left.

    Cut at the tree after which the validation split, which is later in time, is predicted best.
    """
    vectors = vectors_of(spark.spark_session, loan_features, experiment.rules, one_hot=False)
    return _fit(
        context,
        vectors,
        _later(loan_features, experiment),
        lambda loans: forests.fit_gbt(loans, config.trees, config.depth, config.learning_rate),
    )


@dg.asset(io_manager_key="documents", group_name="models", kinds={"pyspark"}, pool=SPARK)
def model_mlp(
    context: Context,
    config: MlpConfig,
    loan_features: PartFiles,
    experiment: Experiment,
    spark: SparkResource,
) -> Fitted:
    """The multilayer perceptron of Spark ML, with one hidden layer.

    It takes no weights, so its classes are balanced by sampling; fitting ends when later loans are
    no longer predicted better.
    """
    vectors = vectors_of(spark.spark_session, loan_features, experiment.rules, one_hot=True)
    return _fit(
        context,
        vectors,
        _later(loan_features, experiment),
        lambda loans: network.fit_network(loans, config.units, config.iterations),
    )


def _later(loan_features: PartFiles, experiment: Experiment) -> Inputs:
    """Return the loans that are later in time, which calibrate."""
    return inputs_of(loan_features.dataset(), Split.VALIDATION, experiment.rules)


def _fit(
    context: Context, vectors: Vectors, later: Inputs, fit: Callable[[Vectors], Fitted]
) -> Fitted:
    """Fit on vectors that stay in memory or on disk meanwhile, calibrate, and record it."""
    began = time.monotonic()
    loans = vectors.loans.persist()
    try:
        fitted = calibrated(fit(replace(vectors, loans=loans)), later)
    finally:
        loans.unpersist()
    total = sum(vectors.counts.values())
    told = {
        "loans": total,
        "default_rate": vectors.counts[1] / total,
        "seconds": time.monotonic() - began,
        "notes": dg.MetadataValue.md("\n".join(f"- {note}" for note in fitted.notes)),
        "parameters": dg.MetadataValue.json(dict(fitted.parameters)),
    }
    if fitted.history:
        told["learning"] = plot(learning_plot(fitted.history, fitted.rounds))
    if fitted.importance:
        told["importance"] = plot(importance_plot(fitted.importance))
    context.add_output_metadata(told)
    return fitted
