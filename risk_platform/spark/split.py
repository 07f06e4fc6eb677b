"""Splits of tables: what a protocol makes of the cleaned loans, and how many it finds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import assert_never

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import SparkSession

from risk_platform.contract.outcome import DEFAULT_FLAG, Outcome
from risk_platform.contract.protocols import PROTOCOLS, Protocol
from risk_platform.contract.splits import Cuts, Division, Draw, Split, Volume, Volumes
from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.spark.clean import CLEANED_SCHEMA, SNAPSHOT
from risk_platform.spark.outcomes import TOLD_FROM, are_of, months_observed, outcomes_of
from risk_platform.spark.partwise import PartFiles, Partwise, over_parts, read_batches
from risk_platform.spark.typed import months_of

SPLIT = "split"
# First day of the month of issue.
ISSUED = "issue_d"
MONTHS_OBSERVED = "months_observed"


def split_loans(cleaned: PartFiles, protocol: Protocol, division: Division) -> Partwise:
    """Add each loan's months on book, its outcome and its split; leave what came after funding.

    Returns
    -------
    Partwise
        ``id`` and snapshot, ``months_observed`` (issue to snapshot), ``default_flag`` (how the loan
        ended) and the protocol's outcome (1, 0, or null: not known), ``split``, which is ``unused``
        where the outcome is not known or the loan is of no concern, and the columns that features
        are made of.
    """
    schema = split_schema(protocol.outcome)
    read = [name for name in CLEANED_SCHEMA.names if name in {*schema.names, *TOLD_FROM}]
    return Partwise(cleaned, partial(split_batch, protocol, division), schema, read)


def split_schema(outcome: Outcome) -> pa.Schema:
    """Return the columns of a split table."""
    flags = dict.fromkeys((DEFAULT_FLAG.name, outcome.name), pa.int32())
    added = {MONTHS_OBSERVED: pa.int32(), **flags, SPLIT: pa.string()}
    kept = [CLEANED_SCHEMA.field(name) for name in INPUT_COLUMNS]
    identity = [CLEANED_SCHEMA.field(name) for name in ("id", SNAPSHOT)]
    return pa.schema([*identity, *(pa.field(*one) for one in added.items()), *kept])


def handed_on(outcome: Outcome) -> list[pa.Field]:
    """Return the columns of a split table that stand beside its features, for whoever trains."""
    schema = split_schema(outcome)
    return [schema.field(name) for name in ("id", SPLIT, ISSUED, outcome.name)]


def split_batch(protocol: Protocol, division: Division, loans: pa.RecordBatch) -> pa.RecordBatch:
    """Split cleaned loans."""
    added = {
        MONTHS_OBSERVED: _integers(months_observed(loans)),
        DEFAULT_FLAG.name: _integers(outcomes_of(loans, DEFAULT_FLAG)),
        protocol.outcome.name: _integers(outcomes_of(loans, protocol.outcome)),
        SPLIT: pa.array(splits_of(loans, protocol, division), pa.string()),
    }
    schema = split_schema(protocol.outcome)
    columns = [added[n] if n in added else loans.column(n) for n in schema.names]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def splits_of(loans: pa.RecordBatch, protocol: Protocol, division: Division) -> NDArray[np.str_]:
    """Return each loan's split; ``unused`` if its outcome is unknown or it is of no concern."""
    is_known = ~np.isnan(outcomes_of(loans, protocol.outcome))
    is_used = is_known & are_of(loans, protocol.population)
    match division:
        case Cuts():
            played = _in_time(months_of(loans.column("issue_d")), division)
        case Draw():
            played = _drawn(loans.column("id"), division)
        case _:
            assert_never(division)
    return np.where(is_used, played, Split.UNUSED.value)


def observed_volumes(spark: SparkSession, cleaned: PartFiles) -> dict[str, Volumes]:
    """Count, for each protocol, its loans by issue month since January 1970."""
    volumes: dict[str, dict[int, Volume]] = {name: {} for name in PROTOCOLS}
    for counted in over_parts(spark, cleaned, _volumes).values():
        for name, months in counted.items():
            for month, volume in months.items():
                volumes[name][month] = volumes[name].get(month, Volume()) + volume
    return dict(volumes)


def _volumes(_part: str, paths: Sequence[str]) -> Mapping[str, Volumes]:
    """Count those of one part."""
    found: dict[str, dict[int, Volume]] = defaultdict(dict)
    for batch in read_batches(paths, TOLD_FROM):
        for name, protocol in PROTOCOLS.items():
            for month, volume in volumes_of(batch, protocol).items():
                found[name][month] = found[name].get(month, Volume()) + volume
    return found


def volumes_of(loans: pa.RecordBatch, protocol: Protocol) -> dict[int, Volume]:
    """Count a batch's loans of a protocol's population by issue month."""
    is_of = are_of(loans, protocol.population)
    months = months_of(loans.column("issue_d"))[is_of]
    outcomes = outcomes_of(loans, protocol.outcome)[is_of]
    observed = months_observed(loans)[is_of]
    return {
        int(month): _volume(outcomes[months == month], observed[months == month])
        for month in np.unique(months)
    }


def _volume(outcomes: NDArray[np.float64], observed: NDArray[np.float64]) -> Volume:
    known = ~np.isnan(outcomes)
    dated = observed[known & ~np.isnan(observed)]
    return Volume(
        loans=len(outcomes),
        known=int(known.sum()),
        defaults=int(outcomes[known].sum()),
        months_observed=int(dated.min()) if len(dated) else 0,
    )


def _in_time(issued: NDArray[np.float64], cuts: Cuts) -> NDArray[np.str_]:
    is_outside = (issued < cuts.train_from) | (issued >= cuts.until)
    return np.select(
        [is_outside, issued < cuts.validation_from, issued < cuts.test_from],
        [Split.UNUSED.value, Split.TRAIN.value, Split.VALIDATION.value],
        Split.TEST.value,
    )


def _drawn(ids: pa.Array, draw: Draw) -> NDArray[np.str_]:
    """Draw by number and seed alone, so that a loan's split is the same on any cluster."""
    share = _uniform(ids.cast(pa.int64()).to_numpy(), draw.seed)
    return np.select(
        [share < draw.test, share < draw.test + draw.validation],
        [Split.TEST.value, Split.VALIDATION.value],
        Split.TRAIN.value,
    )


def _uniform(numbers: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    """Return a number in [0, 1) for each, by SplitMix64 (Steele, Lea and Flood, 2014)."""
    with np.errstate(over="ignore"):
        mixed = numbers.astype(np.uint64) + np.uint64(seed + 1) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(11)) / float(2**53)


def _integers(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, pa.int32(), from_pandas=True)
