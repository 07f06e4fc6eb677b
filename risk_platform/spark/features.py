"""Features at scale: Spark maps the one NumPy function over batches of loans."""

from collections.abc import Sequence
from functools import partial
from pathlib import PurePath

import numpy as np
import pyarrow as pa
import pyarrow.dataset as pa_dataset
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.column import Column, DType
from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURES, INPUT_COLUMNS, INPUTS
from risk_platform.features.parse import Columns
from risk_platform.features.state import FeatureState
from risk_platform.spark.partwise import PartFiles, Partwise
from risk_platform.spark.typed import months_of

# Of the files of a table: the digest of the state that they were made with.
STATE = b"risk_platform.feature_state"


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
        The carried columns, then every feature as double; null where unknown. Its files say which
        state they were made with.
    """
    fields = [*carried, *((feature.name, pa.float64()) for feature in FEATURES)]
    schema = pa.schema(fields, {STATE: state.digest.encode()})
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


def states_of(features: pa_dataset.Dataset) -> dict[str, str]:
    """Return which state each quarter of a table was made with, by its digest; empty if unknown."""
    found: dict[str, str] = {}
    for file in features.get_fragments():
        quarter = PurePath(file.path).parent.name.partition("=")[2]
        found[quarter] = (file.physical_schema.metadata or {}).get(STATE, b"").decode()
    return found


def drawn_applications(loans: DataFrame, most: int) -> pa.RecordBatch:
    """Draw applications, with their numbers: the smallest hashes, so the same ones in every run.

    Parameters
    ----------
    loans
        Rows with ``id`` and the columns that features read.
    most
        How many are drawn where there are more.
    """
    drawn = loans.orderBy(F.xxhash64("id"), "id").limit(most)
    rows = drawn.select("id", *INPUT_COLUMNS).toArrow().combine_chunks()
    return next(iter(rows.to_batches()), pa.RecordBatch.from_pylist([], rows.schema))


def columns_of(batch: pa.RecordBatch) -> Columns:
    """Return a batch of cleaned loans as the arrays that ``build_features`` takes."""
    return {column.name: _array(column, batch.column(column.name)) for column in INPUTS}


def _array(column: Column, values: pa.Array) -> NDArray[np.float64] | NDArray[np.object_]:
    if column.dtype in {DType.LABEL, DType.TEXT}:
        return values.to_numpy(zero_copy_only=False)
    if column.dtype is DType.MONTH:
        return months_of(values)
    return values.cast(pa.float64()).to_numpy(zero_copy_only=False)
