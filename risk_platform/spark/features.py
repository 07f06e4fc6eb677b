"""Features at scale: Spark learns the state, and maps the one NumPy function over batches."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from risk_platform.contract.column import Column, DType
from risk_platform.features.build import build_features, feature_values
from risk_platform.features.definitions import FEATURES, INPUT_COLUMNS, INPUTS, Feature, Kind
from risk_platform.features.parse import Columns
from risk_platform.features.state import FeatureState
from risk_platform.spark.partwise import PartFiles, Partwise
from risk_platform.spark.typed import months_of

# Half a per mille on either side: errors of entry go, the tail of real incomes stays.
LOWER_QUANTILE, UPPER_QUANTILE = 0.0005, 0.9995
# What is known of nearly every loan of the training split is imputed where it is not.
SELDOM_MISSING = 0.01
# Greenwald-Khanna rank error 1/accuracy: a tenth of the tail that is cut.
QUANTILE_ACCURACY = 20_000

NUMBERS = tuple(feature for feature in FEATURES if feature.kind is Kind.NUMBER)
CATEGORIES = tuple(feature for feature in FEATURES if feature.kind is Kind.CATEGORY)

# Columns of the aggregate beside one for each feature.
_ROWS, _KNOWN = "_rows", "_known_"


def learn_state(loans: DataFrame) -> FeatureState:
    """Learn clip bounds, medians and categories from loans of the training split.

    A feature that is null throughout gets no bound.
    """
    row = (
        loans.select(*INPUT_COLUMNS)
        .mapInArrow(_unlearnt_batches, _unlearnt_schema())
        .agg(
            F.count(F.lit(1)).alias(_ROWS),
            *(_learnt(feature) for feature in FEATURES),
            *(F.count(f.name).alias(_KNOWN + f.name) for f in NUMBERS),
        )
        .first()
    )
    learnt = {} if row is None else row.asDict()
    known = [f.name for f in NUMBERS if learnt[f.name] is not None]
    enough = learnt[_ROWS] * (1 - SELDOM_MISSING)
    return FeatureState(
        bounds={name: (learnt[name][0], learnt[name][-1]) for name in known},
        medians={name: learnt[name][1] for name in known if learnt[_KNOWN + name] >= enough},
        categories={f.name: tuple(sorted(learnt[f.name])) for f in CATEGORIES},
    )


def map_features(loans: PartFiles, state: FeatureState, carried: Sequence[pa.Field]) -> Partwise:
    """Turn loans into model inputs.

    Parameters
    ----------
    loans
        Cleaned loans, or split ones.
    state
        What ``learn_state`` learnt.
    carried
        Columns of ``loans`` to hand on beside the features.

    Returns
    -------
    Partwise
        The carried columns, then every feature as double; null where unknown.
    """
    schema = pa.schema([*carried, *((feature.name, pa.float64()) for feature in FEATURES)])
    names = tuple(field.name for field in carried)
    read = list(dict.fromkeys((*names, *INPUT_COLUMNS)))
    return Partwise(loans, partial(feature_batch, state, names), schema, read)


def feature_batch(
    state: FeatureState, carried: Sequence[str], loans: pa.RecordBatch
) -> pa.RecordBatch:
    """Turn a batch of loans into model inputs."""
    matrix = build_features(columns_of(loans), state)
    features = [pa.array(values, from_pandas=True) for values in matrix.T]
    names = [*carried, *(feature.name for feature in FEATURES)]
    handed_on = [loans.column(name) for name in carried]
    return pa.RecordBatch.from_arrays(handed_on + features, names=names)


def columns_of(batch: pa.RecordBatch) -> Columns:
    """Return a batch of cleaned loans as the arrays that ``build_features`` takes."""
    return {column.name: _array(column, batch.column(column.name)) for column in INPUTS}


def _array(column: Column, values: pa.Array) -> NDArray[np.float64] | NDArray[np.object_]:
    if column.dtype in {DType.LABEL, DType.TEXT}:
        return values.to_numpy(zero_copy_only=False)
    if column.dtype is DType.MONTH:
        return months_of(values)
    return values.cast(pa.float64()).to_numpy(zero_copy_only=False)


def _unlearnt_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        columns = columns_of(batch)
        values = [_unlearnt(feature, columns) for feature in FEATURES]
        yield pa.RecordBatch.from_arrays(values, names=[feature.name for feature in FEATURES])


def _unlearnt(feature: Feature, columns: Columns) -> pa.Array:
    arrow_type = pa.string() if feature.kind is Kind.CATEGORY else pa.float64()
    return pa.array(feature_values(feature, columns), type=arrow_type, from_pandas=True)


def _unlearnt_schema() -> T.StructType:
    return T.StructType(
        [
            T.StructField(f.name, T.StringType() if f.kind is Kind.CATEGORY else T.DoubleType())
            for f in FEATURES
        ]
    )


def _learnt(feature: Feature) -> SparkColumn:
    if feature.kind is Kind.CATEGORY:
        return F.collect_set(feature.name).alias(feature.name)
    quantiles = F.array(F.lit(LOWER_QUANTILE), F.lit(0.5), F.lit(UPPER_QUANTILE))
    return F.percentile_approx(feature.name, quantiles, QUANTILE_ACCURACY).alias(feature.name)
