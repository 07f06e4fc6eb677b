"""Features at scale: Spark maps the one NumPy function over batches of loans."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from risk_platform.contract.column import Column, DType
from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURES, INPUT_COLUMNS, INPUTS
from risk_platform.features.parse import Columns
from risk_platform.features.state import FeatureState


def map_features(loans: DataFrame, state: FeatureState, carried: Sequence[str]) -> DataFrame:
    """Turn loans into model inputs.

    Parameters
    ----------
    loans
        Cleaned loans.
    state
        What ``learn_state`` learnt.
    carried
        Columns of ``loans`` to hand on beside the features; they must not bear a feature's name.

    Returns
    -------
    DataFrame
        The carried columns, then every feature as double; null where unknown.
    """
    handed_on = [loans.schema[name] for name in carried]
    schema = T.StructType(
        handed_on + [T.StructField(feature.name, T.DoubleType()) for feature in FEATURES]
    )
    needed = loans.select(*(F.col(n).alias(f"_{n}") for n in carried), *INPUT_COLUMNS)
    return needed.mapInArrow(partial(_feature_batches, state, tuple(carried)), schema)


def columns_of(batch: pa.RecordBatch) -> Columns:
    """Return a batch of cleaned loans as the arrays that ``build_features`` takes."""
    return {column.name: _array(column, batch.column(column.name)) for column in INPUTS}


def _array(column: Column, values: pa.Array) -> NDArray[np.float64] | NDArray[np.object_]:
    if column.dtype in {DType.LABEL, DType.TEXT}:
        return values.to_numpy(zero_copy_only=False)
    if column.dtype is DType.MONTH:
        days = values.to_numpy(zero_copy_only=False)
        months = days.astype("datetime64[M]")
        return np.where(np.isnat(months), np.nan, months.astype(np.int64))
    return values.cast(pa.float64()).to_numpy(zero_copy_only=False)


def _feature_batches(
    state: FeatureState, carried: tuple[str, ...], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        matrix = build_features(columns_of(batch), state)
        features = [pa.array(values, from_pandas=True) for values in matrix.T]
        handed_on = [batch.column(f"_{name}") for name in carried]
        names = [*carried, *(feature.name for feature in FEATURES)]
        yield pa.RecordBatch.from_arrays(handed_on + features, names=names)
