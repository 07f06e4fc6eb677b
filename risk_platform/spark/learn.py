"""Learning at scale: what the features learn from the loans of the training split.

One job summarises every feature: numbers by bins, categories by labels. Summaries add up whatever
the order and the parting of the rows, so the same loans teach the same state on any cluster.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.features.bins import Bins, bins_of
from risk_platform.features.build import feature_values
from risk_platform.features.definitions import FEATURES, INPUT_COLUMNS, Kind
from risk_platform.features.parse import Columns
from risk_platform.features.state import FeatureState
from risk_platform.features.winsorize import (
    LOWER_QUANTILE,
    NUMBER_NAMES,
    UPPER_QUANTILE,
    Bounds,
    Winsorizing,
    winsorize,
)
from risk_platform.spark.features import columns_of

USUAL = winsorize(NUMBER_NAMES, LOWER_QUANTILE, UPPER_QUANTILE)
# What is known of nearly every loan of the training split is imputed where it is not.
SELDOM_MISSING = 0.01
# Loans that are summarised at once: more make fewer rows to add up, and hold more memory.
LOANS_AT_ONCE = 32_768

_SUMMARY = "feature int, label string, bin bigint, count bigint, low double, high double"
_ARROW_SUMMARY = pa.schema(
    [
        ("feature", pa.int32()),
        ("label", pa.string()),
        ("bin", pa.int64()),
        ("count", pa.int64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What there is to know of the loans' features.

    Parameters
    ----------
    loans
        How many there are.
    numbers
        Number feature to its values by bin; unknown ones are in none.
    labels
        Category feature to the labels that occur, in the alphabet's order, and how many loans bear
        each; unknown ones are in none.
    """

    loans: int
    numbers: Mapping[str, Bins]
    labels: Mapping[str, Mapping[str, int]]


def learn_state(loans: DataFrame, winsorizing: Winsorizing = USUAL) -> FeatureState:
    """Learn clip bounds, medians and categories from loans of the training split."""
    return state_of(summarise(loans), winsorizing)


def state_of(learnt: Learnt, winsorizing: Winsorizing = USUAL) -> FeatureState:
    """Return what features learn of a summary of the training split.

    A feature that is null throughout gets neither bounds nor median.
    """
    known = {name: bins for name, bins in learnt.numbers.items() if bins.known}
    enough = learnt.loans * (1 - SELDOM_MISSING)
    return FeatureState(
        bounds=learn_bounds(known, winsorizing),
        medians={n: bins.quantile(0.5) for n, bins in known.items() if bins.known >= enough},
        categories={name: tuple(labels) for name, labels in learnt.labels.items()},
    )


def learn_bounds(numbers: Mapping[str, Bins], winsorizing: Winsorizing) -> dict[str, Bounds]:
    """Read off the bounds of the features that are to be cut and that some loan has."""
    return {
        name: Bounds(
            low=numbers[name].quantile(lower),
            high=numbers[name].quantile(upper),
            lower=lower,
            upper=upper,
        )
        for name, (lower, upper) in winsorizing.quantiles.items()
        if name in numbers
    }


def summarise(loans: DataFrame) -> Learnt:
    """Summarise all features of cleaned loans, in one job."""
    summed = (
        loans.select(*INPUT_COLUMNS)
        .mapInArrow(_summaries, _SUMMARY)
        .groupBy("feature", "label", "bin")
        .agg(F.sum("count").alias("count"), F.min("low").alias("low"), F.max("high").alias("high"))
        .toArrow()
        .sort_by([("feature", "ascending"), ("low", "ascending"), ("label", "ascending")])
    )
    places = np.searchsorted(summed["feature"].to_numpy(), range(len(FEATURES) + 1)).tolist()
    of = {
        feature: summed.slice(places[at], places[at + 1] - places[at])
        for at, feature in enumerate(FEATURES)
    }
    return Learnt(
        loans=pc.sum(of[FEATURES[0]]["count"], min_count=0).as_py(),
        numbers={f.name: _as_bins(rows) for f, rows in of.items() if f.kind is Kind.NUMBER},
        labels={f.name: _as_labels(rows) for f, rows in of.items() if f.kind is Kind.CATEGORY},
    )


def summarise_columns(columns: Columns) -> Learnt:
    """Summarise loans that are at hand as ``build_features`` takes them, without Spark."""
    numbers: dict[str, Bins] = {}
    labels: dict[str, Mapping[str, int]] = {}
    for feature in FEATURES:
        values = feature_values(feature, columns)
        if feature.kind is Kind.CATEGORY:
            known = Counter(label for label in values.tolist() if label is not None)
            labels[feature.name] = dict(sorted(known.items()))
        else:
            numbers[feature.name] = bins_of(np.asarray(values, np.float64))
    return Learnt(loans=len(next(iter(columns.values()))), numbers=numbers, labels=labels)


def _as_bins(rows: pa.Table) -> Bins:
    known = rows.filter(pc.is_valid(rows["bin"]))
    return Bins(*(known[name].to_numpy() for name in ("bin", "count", "low", "high")))


def _as_labels(rows: pa.Table) -> dict[str, int]:
    known = rows.filter(pc.is_valid(rows["label"]))
    return dict(zip(known["label"].to_pylist(), known["count"].to_pylist(), strict=True))


def _summaries(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for loans in _gathered(batches):
        columns = columns_of(loans)
        for at, feature in enumerate(FEATURES):
            values = feature_values(feature, columns)
            if feature.kind is Kind.CATEGORY:
                yield _label_rows(at, values)
            else:
                yield from _number_rows(at, np.asarray(values, np.float64))


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Put small batches together, so that a bin is named once for many loans."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(len(each) for each in waiting) >= LOANS_AT_ONCE:
            yield pa.concat_batches(waiting)
            waiting = []
    if waiting:
        yield pa.concat_batches(waiting)


def _number_rows(at: int, values: NDArray[np.float64]) -> Iterator[pa.RecordBatch]:
    """Yield a row for each bin, and one that counts the unknown."""
    bins = bins_of(values)
    yield _rows(at, bin=bins.keys, count=bins.counts, low=bins.lows, high=bins.highs)
    yield _rows(at, count=[len(values) - bins.known])


def _label_rows(at: int, values: NDArray[Any]) -> pa.RecordBatch:
    labels = pc.value_counts(pa.array(values, pa.string(), from_pandas=True))
    return _rows(at, label=labels.field("values"), count=labels.field("counts"))


def _rows(at: int, **given: Any) -> pa.RecordBatch:  # noqa: ANN401 - whatever Arrow makes arrays of
    size = len(given["count"])
    given["feature"] = np.full(size, at)
    arrays = [
        pa.array(given[field.name], field.type)
        if field.name in given
        else pa.nulls(size, field.type)
        for field in _ARROW_SUMMARY
    ]
    return pa.record_batch(arrays, schema=_ARROW_SUMMARY)
