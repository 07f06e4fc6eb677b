"""Class weights: defaults are few, and count as much as all other loans while a model is fitted.

Weights change probabilities. As long as a model learnt from odds that were multiplied by a known
factor, its own odds are divided by that factor again.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.errors.protocols import OneClassError
from risk_platform.scoring.calibration import Platt

OUTCOME, WEIGHT = "outcome", "weight"
CLASSES = (0, 1)
_TIMES, _DRAWS = "times", 1 << 20
# To be said beside a model's figures.
SHIFTED_BACK = (
    "its PDs have the change of the prior undone in closed form (Elkan 2001), unless a calibration "
    "on later loans takes the place of that"
)
RESAMPLED = (
    "the family takes no weights: defaults were repeated and other loans left out, by a draw of "
    f"fixed seed, until both were as many; {SHIFTED_BACK}"
)
WEIGHED = f"defaults were weighted to weigh as much as all other loans; {SHIFTED_BACK}"

Counts = Mapping[int, int]
Weights = Mapping[int, float]


def compute_class_weights(outcomes: NDArray[np.int8] | Counts) -> dict[int, float]:
    """Return the weight of a loan of each class by which both classes weigh the same.

    Parameters
    ----------
    outcomes
        1 for default, 0 for none: of each loan, or how many loans there are of each.

    Returns
    -------
    dict
        Class to n / (2 · n of the class); the mean weight over all loans is 1. Source: King and
        Zeng, Logistic regression in rare events data, 2001, section 4; scikit-learn calls it
        ``balanced``.

    Raises
    ------
    OneClassError
        There are no defaults, or nothing else.
    """
    if isinstance(outcomes, Mapping):
        counts = {label: outcomes.get(label, 0) for label in CLASSES}
    else:
        counts = {label: int(np.count_nonzero(outcomes == label)) for label in CLASSES}
    loans = sum(counts.values())
    if not all(counts.values()):
        raise OneClassError(loans, counts[1])
    return {label: loans / (len(CLASSES) * count) for label, count in counts.items()}


def add_weight_column(
    df: DataFrame, weights: Weights, outcome: str = OUTCOME, to: str = WEIGHT
) -> DataFrame:
    """Add the weight of each loan's class, as double; null where the class has none.

    Parameters
    ----------
    df
        Loans.
    weights
        Class to weight, as ``compute_class_weights`` returns them.
    outcome, to
        Names of the column that holds the class, and of the one that is added.
    """
    chosen = F.lit(None).cast("double")
    for label, weight in weights.items():
        chosen = F.when(F.col(outcome) == label, F.lit(weight)).otherwise(chosen)
    return df.withColumn(to, chosen)


def resample(df: DataFrame, weights: Weights, seed: int, outcome: str = OUTCOME) -> DataFrame:
    """Return each loan as often as its class weighs, for models that take no weights.

    What is left of a whole number is drawn by the loan's id, so that the same loans are drawn
    however they are spread over a cluster. Weights of mean 1 give about as many rows as there are
    loans.

    Parameters
    ----------
    df
        Loans with their ``id``.
    weights
        Class to weight.
    seed
        Of the draw.
    outcome
        Name of the column that holds the class.
    """
    drawn = F.pmod(F.xxhash64("id", F.lit(seed)), F.lit(_DRAWS)) / _DRAWS
    times = F.floor(F.col(_TIMES) + drawn)
    wanted = add_weight_column(df, weights, outcome, _TIMES).where(times > 0)
    return wanted.withColumn(_TIMES, F.explode(F.sequence(F.lit(1), times))).drop(_TIMES)


def prior_shift(weights: Weights) -> Platt:
    """Return what makes PDs of the scores of a model that was fitted with weights.

    The odds that such a model learns are those of the loans times w1 / w0, so that

        logit(PD) = logit(score) - ln(w1 / w0)

    Source: Elkan, The foundations of cost-sensitive learning, 2001, theorem 2; the same as Saerens,
    Latinne and Decaestecker, Adjusting the outputs of a classifier to new a priori probabilities,
    2002, equation 2.4, with the weighted shares as the old priors.
    """
    return Platt(slope=1.0, intercept=math.log(weights[0] / weights[1]))
