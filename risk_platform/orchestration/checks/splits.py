"""Splits: ordered in time, with known outcomes, blind to what came later."""

from itertools import pairwise
from typing import assert_never

import dagster as dg
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.column import Timing
from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.outcome import Matured, Outcome, Resolved, Window
from risk_platform.contract.splits import PLAYED, Cuts, Draw, Split, SplitPlan
from risk_platform.features.definitions import FEATURES
from risk_platform.orchestration.resources import Experiment
from risk_platform.spark.schema import months_since_1970
from risk_platform.spark.split import MONTHS_OBSERVED, SPLIT


@dg.asset_check(asset="split_loans", blocking=True)
def splits_are_ordered_in_time(
    split_loans: DataFrame, experiment: Experiment
) -> dg.AssetCheckResult:
    """Validation begins after training ends, test after validation, and none of them is empty.

    A protocol that draws its splits looks ahead, and says so by a warning.
    """
    month = months_since_1970(F.col("issue_d"))
    rows = (
        split_loans.groupBy(SPLIT)
        .agg(F.min(month).alias("first"), F.max(month).alias("last"), F.count("*").alias("loans"))
        .collect()
    )
    spans = {row[SPLIT]: row.asDict() for row in rows}
    judged = [spans[split] for split in PLAYED if split in spans]
    in_order = all(earlier["last"] < later["first"] for earlier, later in pairwise(judged))
    looks_ahead = isinstance(experiment.rules.division, Draw) and len(judged) == len(PLAYED)
    return dg.AssetCheckResult(
        passed=in_order and len(judged) == len(PLAYED),
        severity=dg.AssetCheckSeverity.WARN if looks_ahead else dg.AssetCheckSeverity.ERROR,
        description=experiment.rules.warning or None,
        metadata={"spans": dg.MetadataValue.json(spans)},
    )


@dg.asset_check(asset="split_loans", additional_ins={"split_plan": dg.AssetIn()}, blocking=True)
def splits_follow_the_split_plan(
    split_loans: DataFrame, split_plan: SplitPlan
) -> dg.AssetCheckResult:
    """Every quarter was cut where time is cut now: none is left from a run with other dates."""
    match split_plan.division:
        case Draw():
            return dg.AssetCheckResult(passed=True, metadata={"drawn": str(split_plan.division)})
        case Cuts() as cuts:
            month = months_since_1970(F.col("issue_d"))
    cut_now = (
        F.when((month < cuts.train_from) | (month >= cuts.until), Split.UNUSED.value)
        .when(month < cuts.validation_from, Split.TRAIN.value)
        .when(month < cuts.test_from, Split.VALIDATION.value)
        .otherwise(Split.TEST.value)
    )
    used = split_loans.where(F.col(SPLIT) != Split.UNUSED.value)
    astray = used.where(F.col(SPLIT) != cut_now).count()
    return dg.AssetCheckResult(passed=astray == 0, metadata={"cut_otherwise": astray})


@dg.asset_check(asset="split_loans", blocking=True)
def outcomes_had_time_to_happen(
    split_loans: DataFrame, experiment: Experiment
) -> dg.AssetCheckResult:
    """Every loan of a split has an outcome, and was observed as long as that takes."""
    outcome = experiment.rules.outcome
    used = F.col(SPLIT) != Split.UNUSED.value
    complete = _had_time(outcome) & F.col(outcome.name).isNotNull()
    row = split_loans.agg(
        F.count_if(used & ~F.coalesce(complete, F.lit(col=False))).alias("used_too_early"),
        F.count_if(~_had_time(outcome) & F.col(outcome.name).isNotNull()).alias("told_too_early"),
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


def _had_time(outcome: Outcome) -> Column:
    match outcome:
        case Resolved():
            return F.lit(col=True)
        case Matured():
            return F.col(MONTHS_OBSERVED) >= F.col("term")
        case Window(months):
            return F.col(MONTHS_OBSERVED) >= months
    assert_never(outcome)
