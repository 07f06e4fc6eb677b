"""Outcomes and splits: what a protocol makes of the cleaned loans."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import SparkSession

from risk_platform.contract.outcome import DEFAULT_AFTER_MONTHS, DEFAULT_STATUSES, Window
from risk_platform.contract.protocols import Cuts, Protocol, Split
from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.spark.clean import CLEANED_SCHEMA, SNAPSHOT
from risk_platform.spark.partwise import PartFiles, Partwise, over_parts, read_batches
from risk_platform.spark.typed import months_of

SPLIT = "split"
MONTHS_OBSERVED = "months_observed"
_OF_OUTCOME = ("loan_status", "last_pymnt_d")

Floats = NDArray[np.float64]


def split_loans(cleaned: PartFiles, protocol: Protocol, cuts: Cuts) -> Partwise:
    """Add each loan's months on book, its outcome and its split; leave what came after funding.

    Returns
    -------
    Partwise
        ``id`` and snapshot, ``months_observed`` (issue to snapshot), the outcome's column (1, 0, or
        null: not known), ``split``, which is ``unused`` where the outcome is not known, and the
        columns that features are made of.
    """
    schema = split_schema(protocol.outcome)
    read = [name for name in CLEANED_SCHEMA.names if name in {*schema.names, *_OF_OUTCOME}]
    return Partwise(cleaned, partial(split_batch, protocol.outcome, cuts), schema, read)


def split_schema(outcome: Window) -> pa.Schema:
    """Return the columns of a split table."""
    added = [(MONTHS_OBSERVED, pa.int32()), (outcome.name, pa.int32()), (SPLIT, pa.string())]
    kept = [CLEANED_SCHEMA.field(name) for name in INPUT_COLUMNS]
    identity = [CLEANED_SCHEMA.field(name) for name in ("id", SNAPSHOT)]
    return pa.schema([*identity, *(pa.field(*one) for one in added), *kept])


def split_batch(outcome: Window, cuts: Cuts, loans: pa.RecordBatch) -> pa.RecordBatch:
    """Split cleaned loans."""
    observed, outcomes = months_observed(loans), outcomes_of(loans, outcome)
    added = {
        MONTHS_OBSERVED: pa.array(observed, pa.int32(), from_pandas=True),
        outcome.name: pa.array(outcomes, pa.int32(), from_pandas=True),
        SPLIT: pa.array(splits_of(loans, outcome, cuts), pa.string()),
    }
    schema = split_schema(outcome)
    columns = [added[n] if n in added else loans.column(n) for n in schema.names]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def months_observed(loans: pa.RecordBatch) -> Floats:
    """Return the months between a loan's issue and its file's snapshot; NaN where unknown."""
    return months_of(loans.column(SNAPSHOT)) - months_of(loans.column("issue_d"))


def outcomes_of(loans: pa.RecordBatch, outcome: Window) -> Floats:
    """Return 1, 0 or NaN as ``Window.outcome`` defines them."""
    issued, paid = months_of(loans.column("issue_d")), months_of(loans.column("last_pymnt_d"))
    paid_until = np.where(np.isnan(paid), issued, paid)
    in_time = paid_until + DEFAULT_AFTER_MONTHS - issued <= outcome.months
    statuses = loans.column("loan_status").to_numpy(zero_copy_only=False)
    defaulted = np.isin(statuses.astype(str), DEFAULT_STATUSES) & in_time
    return np.where(months_observed(loans) >= outcome.months, defaulted.astype(float), np.nan)


def splits_of(loans: pa.RecordBatch, outcome: Window, cuts: Cuts) -> NDArray[np.str_]:
    """Return the split that a loan's issue month puts it in; ``unused`` if not yet observed."""
    issued = months_of(loans.column("issue_d"))
    is_unknown = ~(months_observed(loans) >= outcome.months)
    return np.select(
        [is_unknown, issued < cuts.validation_from, issued < cuts.test_from],
        [Split.UNUSED.value, Split.TRAIN.value, Split.VALIDATION.value],
        Split.TEST.value,
    )


def observed_volumes(spark: SparkSession, cleaned: PartFiles, outcome: Window) -> Mapping[int, int]:
    """Count the loans whose outcome is known, by issue month since January 1970."""
    counted = over_parts(spark, cleaned, partial(known_volumes, outcome))
    return dict(sum(counted.values(), Counter[int]()))


def known_volumes(outcome: Window, _part: str, paths: Sequence[str]) -> Counter[int]:
    """Count those of one part."""
    counts: Counter[int] = Counter()
    for batch in read_batches(paths, ["issue_d", SNAPSHOT]):
        known = months_observed(batch) >= outcome.months
        counts.update(months_of(batch.column("issue_d"))[known].astype(int).tolist())
    return counts
