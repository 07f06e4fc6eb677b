"""Vectors: loans as Spark's models read them, encoded by the function that serves the model."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.ml.functions import array_to_vector
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.protocols import Protocol
from risk_platform.contract.splits import Split
from risk_platform.scoring.families.encoding import Encoder, Encoding
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.split import SPLIT
from risk_platform.training.columns import count_outcomes, learn_columns
from risk_platform.training.weights import (
    OUTCOME,
    WEIGHT,
    Counts,
    Weights,
    add_weight_column,
    compute_class_weights,
)

VECTOR = "features"
FITTED_ON = (Split.TRAIN, Split.VALIDATION)
_ENCODED = f"id string, {SPLIT} string, {OUTCOME} double, {VECTOR} array<double>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """Loans of training and validation.

    Parameters
    ----------
    loans
        ``id``, ``split``, ``outcome`` (1.0 or 0.0), ``weight`` of its class and ``features``, a
        vector.
    encoding
        How the vectors were made.
    counts, weights
        Outcome to the loans of training that had it, and to the weight by which both outcomes
        weigh the same.
    """

    loans: DataFrame
    encoding: Encoding
    counts: Counts
    weights: Weights

    def of(self, split: Split) -> DataFrame:
        """Return the loans of a split."""
        return self.loans.where(F.col(SPLIT) == split.value)


def vectors_of(
    spark: SparkSession, files: PartFiles, protocol: Protocol, *, one_hot: bool
) -> Vectors:
    """Return the loans that models are fitted on as vectors; nothing is read of them yet.

    Parameters
    ----------
    spark
        The session.
    files
        The table ``loan_features``.
    protocol
        What a model may read, and which outcome it is to learn.
    one_hot
        Whether a category becomes a column for each label, and all columns are scaled; trees
        split by codes.

    Raises
    ------
    OneSidedSplitError
        The loans of a split all defaulted, or none did.
    """
    counts = {split: count_outcomes(files, protocol, split) for split in FITTED_ON}
    weights = compute_class_weights(counts[Split.TRAIN])
    encoding = learn_columns(files, protocol).encoding(one_hot=one_hot)
    outcome = F.col(protocol.outcome.name).cast("double").alias(OUTCOME)
    encoded = (
        files.read(spark)
        .where(F.col(SPLIT).isin(*(split.value for split in FITTED_ON)))
        .select("id", SPLIT, outcome, *encoding.inputs)
        .mapInArrow(partial(_encoded, encoding), _ENCODED)
    )
    vector = array_to_vector(F.col(VECTOR)).alias(VECTOR, metadata=attributes(encoding))
    loans = add_weight_column(encoded, weights).select("id", SPLIT, OUTCOME, WEIGHT, vector)
    return Vectors(loans=loans, encoding=encoding, counts=counts[Split.TRAIN], weights=weights)


def attributes(encoding: Encoding) -> Mapping[str, Any]:
    """Return what tells Spark which columns of vectors are codes, and how many there are.

    It is the metadata that ``StringIndexer`` and ``VectorAssembler`` would leave.
    """
    columns = range(encoding.width)
    codes = {column: encoding.codes_of(column) for column in columns}
    nominal = [{"idx": column, "num_vals": many} for column, many in codes.items() if many]
    numeric = [{"idx": column} for column, many in codes.items() if not many]
    groups = {"numeric": numeric, "nominal": nominal}
    attrs = {kind: found for kind, found in groups.items() if found}
    return {"ml_attr": {"attrs": attrs, "num_attrs": len(columns)}}


def _encoded(encoding: Encoding, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    encoder = Encoder(encoding)
    for batch in batches:
        features = [batch[name].to_numpy(zero_copy_only=False) for name in encoding.inputs]
        vectors = encoder.vectors(np.column_stack(features))
        ends = np.arange(len(vectors) + 1) * vectors.shape[1]
        values = pa.ListArray.from_arrays(ends.astype(np.int32), vectors.ravel())
        carried = {name: batch[name] for name in ("id", SPLIT, OUTCOME)}
        yield pa.RecordBatch.from_pydict({**carried, VECTOR: values})
