"""Splits: ordered in time, with complete outcomes, blind to what came later."""

from itertools import pairwise

import dagster as dg
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.column import Timing
from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.protocols import Cuts, Split, protocol_named
from risk_platform.features.definitions import FEATURES
from risk_platform.orchestration.resources import Experiment
from risk_platform.spark.schema import months_since_1970
from risk_platform.spark.split import MONTHS_OBSERVED, SPLIT


@dg.asset_check(asset="split_loans", blocking=True)
def splits_are_ordered_in_time(split_loans: DataFrame) -> dg.AssetCheckResult:
    """Validation begins after training ends, test after validation, and none of them is empty."""
    month = months_since_1970(F.col("issue_d"))
    rows = (
        split_loans.groupBy(SPLIT)
        .agg(F.min(month).alias("first"), F.max(month).alias("last"), F.count("*").alias("loans"))
        .collect()
    )
    spans = {row[SPLIT]: row.asDict() for row in rows}
    judged = [
        spans[split] for split in (Split.TRAIN, Split.VALIDATION, Split.TEST) if split in spans
    ]
    in_order = len(judged) == len(Split) - 1 and all(
        earlier["last"] < later["first"] for earlier, later in pairwise(judged)
    )
    return dg.AssetCheckResult(passed=in_order, metadata={"spans": dg.MetadataValue.json(spans)})


@dg.asset_check(asset="split_loans", additional_ins={"split_dates": dg.AssetIn()}, blocking=True)
def splits_follow_the_split_dates(split_loans: DataFrame, split_dates: Cuts) -> dg.AssetCheckResult:
    """Every quarter was cut where time is cut now: none is left from a run with other dates."""
    month = months_since_1970(F.col("issue_d"))
    cut_now = (
        F.when(month < split_dates.validation_from, Split.TRAIN.value)
        .when(month < split_dates.test_from, Split.VALIDATION.value)
        .otherwise(Split.TEST.value)
    )
    used = split_loans.where(F.col(SPLIT) != Split.UNUSED.value)
    astray = used.where(F.col(SPLIT) != cut_now).count()
    return dg.AssetCheckResult(passed=astray == 0, metadata={"cut_otherwise": astray})


@dg.asset_check(asset="split_loans", blocking=True)
def outcome_windows_are_complete(
    split_loans: DataFrame, experiment: Experiment
) -> dg.AssetCheckResult:
    """Every loan of a split was observed through the whole window; no other loan is used."""
    outcome = protocol_named(experiment.protocol).outcome
    used = F.col(SPLIT) != Split.UNUSED.value
    complete = (F.col(MONTHS_OBSERVED) >= outcome.months) & F.col(outcome.name).isNotNull()
    row = split_loans.agg(
        F.count_if(used & ~complete).alias("used_too_early"),
        F.count_if(~used & complete).alias("left_out_though_known"),
    ).first()
    counts = {} if row is None else row.asDict()
    return dg.AssetCheckResult(passed=not any(counts.values()), metadata=counts)


@dg.asset_check(asset="split_loans", blocking=True)
def models_see_nothing_later_than_the_application(split_loans: DataFrame) -> dg.AssetCheckResult:
    """No column that became known after funding goes on to the features."""
    known = [BY_NAME[name] for name in split_loans.columns if name in BY_NAME]
    late = [column.name for column in known if column.known is Timing.OUTCOME]
    sources = {source for feature in FEATURES for source in feature.sources}
    late += [name for name in sources if BY_NAME[name].known is Timing.OUTCOME]
    return dg.AssetCheckResult(passed=not late, metadata={"late": sorted(late)})
