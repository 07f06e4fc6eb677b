"""Clusters: borrowers divided into segments, how many there are, and how firmly they stand.

How many is chosen on a sample of the training split, by the method's own figure among the numbers
that leave each segment enough borrowers. The division itself is the best of several starts on a
larger sample, or on all where there are fewer: each start ends in an optimum of its own.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark import inheritable_thread_target
from pyspark.ml.functions import array_to_vector
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812
from sklearn.metrics import adjusted_rand_score

from risk_platform.errors.segments import NoSegmentsError
from risk_platform.evaluation.profiles import differences, names_of
from risk_platform.scoring.rules import Rule, reordered
from risk_platform.scoring.segments import Scale, Segments, apply_scales, scale_figures
from risk_platform.training.scales import learn_scales
from risk_platform.training.segment_methods import ROUGH, THOROUGH, Fit, Method
from risk_platform.training.segmentation import Clustering, Stability, Tried

# Two groups say no more than "more" and "less"; more than six nobody keeps apart.
SIZES = (3, 4, 5, 6)
SMALLEST = 0.05
# So many loans tell the figures of two sizes apart, and so many give the centre of a fifth of them
# to a hundredth of a standard deviation: more would take longer and teach no more.
CHOSEN_ON, FITTED_ON = 10_000, 25_000
STARTS, SEED = 2, 7

Floats = NDArray[np.float64]
T = TypeVar("T")


def cluster(spark: SparkSession, traits: Floats, method: Method) -> Clustering:
    """Divide borrowers.

    Parameters
    ----------
    spark
        Fits.
    traits
        Shape (n, traits), in the order of ``TRAITS``, NaN where unknown: nothing else is seen.
    method
        How.

    Raises
    ------
    NoSegmentsError
        No number of segments leaves each of them enough borrowers.
    """
    scales = learn_scales(traits)
    scaled = apply_scales(scale_figures(scales), traits)
    drawn = np.random.default_rng(SEED).permutation(len(scaled))
    chosen_on, fitted_on = drawn[:CHOSEN_ON], drawn[:FITTED_ON]
    others = drawn[-min(FITTED_ON, -(-len(drawn) // 2)) :]
    tried = _try_sizes(vectors_of(spark, scaled[chosen_on]), scaled[chosen_on], method)
    table, another = (vectors_of(spark, scaled[rows]) for rows in (fitted_on, others))
    rule = _divided(table, scaled, tried, method)
    stability = _stability(rule, scaled, (table, another), method)
    return Clustering(
        method=method.name,
        figure=method.figure,
        tried=tried,
        segments=_named(scales, rule, scaled),
        stability=stability,
        loans=len(scaled),
        chosen_on=len(chosen_on),
        fitted_on=len(fitted_on),
    )


def vectors_of(spark: SparkSession, scaled: Floats) -> DataFrame:
    """Hand rows to Spark as vectors in a column ``features``."""
    ends = np.arange(len(scaled) + 1) * scaled.shape[1]
    rows = pa.ListArray.from_arrays(ends, pa.array(scaled.ravel()))
    table = spark.createDataFrame(pa.table({"row": rows}))
    # One task, so that sums are rounded alike however many cores there are; and cut off from what
    # the driver handed over, which would be sent along with the task of every round: that halves
    # the time. A worker that is lost takes the rows along, and the step fails.
    one = table.select(array_to_vector(F.col("row")).alias("features")).coalesce(1)
    return one.localCheckpoint()


def _try_sizes(sample: DataFrame, scaled: Floats, method: Method) -> tuple[Tried, ...]:
    def tried(size: int) -> Tried:
        fit = method.fit(sample, size, SEED, ROUGH)
        if fit is None:
            return Tried(segments=size, figure=None, smallest=0.0)
        figure, smallest = method.judge(sample, fit), _smallest(fit.rule, scaled)
        return Tried(segments=size, figure=figure, smallest=smallest)

    return tuple(_side_by_side(sample, tried, SIZES))


def _divided(table: DataFrame, scaled: Floats, tried: Sequence[Tried], method: Method) -> Rule:
    """Return the best division whose segments are all large enough, the largest segment first."""
    sign = 1 if method.is_lower_better else -1
    ranked = sorted(
        (sign * one.figure, one.segments)
        for one in tried
        if one.figure is not None and one.smallest >= SMALLEST
    )
    for _, size in ranked:
        rule = _best(table, method, size, SEED)
        if rule and _smallest(rule, scaled) >= SMALLEST:
            return _by_size(rule, scaled)
    raise NoSegmentsError(method.name, len(scaled), f"{SIZES[0]} to {SIZES[-1]}", SMALLEST)


def _stability(
    rule: Rule, scaled: Floats, tables: tuple[DataFrame, DataFrame], method: Method
) -> Stability:
    size, places = rule.shape[0], rule.assign(scaled)
    again = [_best(table, method, size, SEED + STARTS) for table in tables]
    found = [adjusted_rand_score(places, r.assign(scaled)) if r else 0.0 for r in again]
    return Stability(other_seed=float(found[0]), other_sample=float(found[1]))


def _best(table: DataFrame, method: Method, size: int, seed: int) -> Rule | None:
    """Return the best of several starts."""

    def started(start: int) -> Fit | None:
        return method.fit(table, size, seed + start, THOROUGH)

    fits = [fit for fit in _side_by_side(table, started, range(STARTS)) if fit]
    return min(fits, key=lambda fit: fit.loss).rule if fits else None


def _side_by_side(table: DataFrame, fit: Callable[[int], T], wanted: Sequence[int]) -> list[T]:
    """Fit several divisions at once: one alone has a single task most of the time."""
    spark = table.sparkSession
    with ThreadPoolExecutor(spark.sparkContext.defaultParallelism) as threads:
        return list(threads.map(inheritable_thread_target(spark)(fit), wanted))


def _named(scales: tuple[Scale, ...], rule: Rule, scaled: Floats) -> Segments:
    told_apart = differences(scaled, rule.assign(scaled), rule.shape[0])
    return Segments(scales=scales, rule=rule, names=names_of(told_apart))


def _counts(rule: Rule, scaled: Floats) -> NDArray[np.int64]:
    return np.bincount(rule.assign(scaled), minlength=rule.shape[0])


def _smallest(rule: Rule, scaled: Floats) -> float:
    return float(_counts(rule, scaled).min()) / len(scaled)


def _by_size(rule: Rule, scaled: Floats) -> Rule:
    return reordered(rule, np.argsort(-_counts(rule, scaled), kind="stable").tolist())
