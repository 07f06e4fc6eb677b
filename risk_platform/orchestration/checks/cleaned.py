"""Cleaned loans: the contract holds, nothing is lost, the books agree."""

from collections.abc import Sequence

import dagster as dg
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.pandas.types import from_arrow_schema

from risk_platform.spark.clean import CLEANED_SCHEMA
from risk_platform.spark.rules import Rule, broken_counts, identity_rules, range_rules
from risk_platform.spark.schema import schema_gap


@dg.asset_check(asset="cleaned_loans", blocking=True)
def cleaned_loans_match_contract(cleaned_loans: DataFrame) -> dg.AssetCheckResult:
    """The table has the columns and types of the contract: no more, no fewer."""
    gap = schema_gap(cleaned_loans.schema, from_arrow_schema(CLEANED_SCHEMA))
    return dg.AssetCheckResult(passed=not gap, metadata={"gap": dg.MetadataValue.json(gap)})


@dg.asset_check(asset="cleaned_loans", blocking=True)
def each_loan_stands_once(cleaned_loans: DataFrame) -> dg.AssetCheckResult:
    """Every loan has one row, and every row a loan's number."""
    row = cleaned_loans.agg(F.count("*").alias("rows"), F.count_distinct("id").alias("ids")).first()
    counts = {} if row is None else row.asDict()
    return dg.AssetCheckResult(passed=counts["rows"] == counts["ids"], metadata=counts)


@dg.asset_check(asset="cleaned_loans", additional_ins={"raw_loans": dg.AssetIn()}, blocking=True)
def no_raw_loan_is_lost(raw_loans: DataFrame, cleaned_loans: DataFrame) -> dg.AssetCheckResult:
    """Raw loans = cleaned loans + those superseded by a newer snapshot of the same loan."""
    raw, kept = raw_loans.count(), cleaned_loans.count()
    loans = raw_loans.select(F.trim("id")).distinct().count()
    return dg.AssetCheckResult(
        passed=kept == loans,
        metadata={"raw": raw, "cleaned": kept, "superseded": raw - loans, "lost": loans - kept},
    )


@dg.asset_check(asset="cleaned_loans", blocking=True)
def values_are_plausible(cleaned_loans: DataFrame) -> dg.AssetCheckResult:
    """Numbers lie in the ranges of the contract, but for a few errors of entry."""
    return _kept(cleaned_loans, range_rules())


@dg.asset_check(asset="cleaned_loans", blocking=True)
def accounting_identities_hold(cleaned_loans: DataFrame) -> dg.AssetCheckResult:
    """Payments, balances and instalments agree with one another."""
    return _kept(cleaned_loans, identity_rules())


def _kept(loans: DataFrame, rules: Sequence[Rule]) -> dg.AssetCheckResult:
    total = loans.count()
    counts = broken_counts(loans, rules)
    over = [rule.name for rule in rules if counts[rule.name] > rule.limit * total]
    broken = {name: count for name, count in counts.items() if count}
    return dg.AssetCheckResult(
        passed=not over,
        metadata={
            "loans": total,
            "rules": len(rules),
            "over_their_limit": over,
            "broken": dg.MetadataValue.json(dict(sorted(broken.items(), key=lambda i: -i[1]))),
        },
    )
