"""Outcomes and splits: what a protocol makes of the cleaned loans."""

from collections.abc import Mapping

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.outcome import DEFAULT_AFTER_MONTHS, DEFAULT_STATUSES, Window
from risk_platform.contract.protocols import Cuts, Protocol, Split
from risk_platform.spark.clean import SNAPSHOT
from risk_platform.spark.schema import months_since_1970

SPLIT = "split"
MONTHS_OBSERVED = "months_observed"


def observed_volumes(loans: DataFrame, outcome: Window) -> Mapping[int, int]:
    """Count the loans whose outcome is known, by issue month since January 1970."""
    month = months_since_1970(F.col("issue_d")).alias("month")
    known = loans.where(months_observed() >= outcome.months)
    return {row["month"]: row["count"] for row in known.groupBy(month).count().collect()}


def split_loans(loans: DataFrame, protocol: Protocol, cuts: Cuts) -> DataFrame:
    """Add each loan's months on book, its outcome and its split.

    Returns
    -------
    DataFrame
        The loans with ``months_observed`` (issue to snapshot), the outcome's column (1, 0, or
        null: not known) and ``split``, which is ``unused`` where the outcome is not known.
    """
    return loans.select(
        "*",
        months_observed().alias(MONTHS_OBSERVED),
        outcome_column(protocol.outcome).alias(protocol.outcome.name),
        split_of(protocol.outcome, cuts).alias(SPLIT),
    )


def months_observed() -> SparkColumn:
    """Return the months between a loan's issue and its file's snapshot."""
    return months_since_1970(F.col(SNAPSHOT)) - months_since_1970(F.col("issue_d"))


def outcome_column(outcome: Window) -> SparkColumn:
    """Return 1, 0 or null as ``Window.outcome`` defines them."""
    issued = months_since_1970(F.col("issue_d"))
    paid_until = F.coalesce(months_since_1970(F.col("last_pymnt_d")), issued)
    in_time = paid_until + DEFAULT_AFTER_MONTHS - issued <= outcome.months
    defaulted = F.col("loan_status").isin(*DEFAULT_STATUSES) & in_time
    return F.when(months_observed() >= outcome.months, defaulted.cast("int"))


def split_of(outcome: Window, cuts: Cuts) -> SparkColumn:
    """Return the split that a loan's issue month puts it in; ``unused`` if not yet observed."""
    issued = months_since_1970(F.col("issue_d"))
    known = F.coalesce(months_observed() >= outcome.months, F.lit(False))  # noqa: FBT003
    return (
        F.when(~known, Split.UNUSED.value)
        .when(issued < cuts.validation_from, Split.TRAIN.value)
        .when(issued < cuts.test_from, Split.VALIDATION.value)
        .otherwise(Split.TEST.value)
    )
