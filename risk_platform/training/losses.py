"""What a fitted model of Spark's amounts to: its loss on later loans, and what it makes of each."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pyspark.ml.evaluation import MulticlassClassificationEvaluator
from pyspark.sql import DataFrame

from risk_platform.training.weights import OUTCOME, WEIGHT


def weighted_log_loss(predicted: DataFrame) -> float:
    """Return the weighted mean log-loss of what a model of Spark's predicted."""
    judge = MulticlassClassificationEvaluator(
        metricName="logLoss",  # pyright: ignore[reportArgumentType] - Spark's stub lacks it
        labelCol=OUTCOME,
        weightCol=WEIGHT,
    )
    return float(judge.evaluate(predicted))


def by_input(columns: Sequence[str], amounts: NDArray[np.floating]) -> dict[str, float]:
    """Add up for each input the amounts of the columns that are made of it."""
    sums = dict.fromkeys(columns, 0.0)
    for name, amount in zip(columns, amounts, strict=True):
        sums[name] += float(amount)
    return sums
