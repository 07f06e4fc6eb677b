"""Cleaned loans: the contract holds in every vintage, nothing is lost, the books agree.

One step judges all of it, over the files that were published, and each kind of rule is a check of
its own. A run over some quarters judges those; what is counted is always the whole table.

An error stops what follows: features or outcomes are made of what is broken. A warning does not:
nothing is made of it, or it is of the years before 2009.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from risk_platform.contract.freshness import Freshness
from risk_platform.contract.judgement import Undelivered, judge
from risk_platform.contract.rules import Kind, rules_of
from risk_platform.contract.sentences import undelivered_in_words
from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.orchestration.findings import SHOWN, Shown, by_quarter, in_short, rules_result
from risk_platform.orchestration.partitions import quarters_of_run
from risk_platform.orchestration.resources import Inspection
from risk_platform.spark.clean import CLEANED_SCHEMA
from risk_platform.spark.queries import Query
from risk_platform.spark.schema import columns_gap
from risk_platform.spark.tally import newest, repeated_ids, samples, tally
from risk_platform.store.tables import TableStore

_TABLE = "cleaned_loans"
CLEANED = dg.AssetKey(_TABLE)

RULED: Mapping[str, tuple[str, tuple[Kind, ...]]] = {
    "columns_are_filled_when_they_should_be": (
        "In each vintage columns are null, and are filled, as often as the contract says.",
        (Kind.MISSING, Kind.UNEXPECTED),
    ),
    "values_are_plausible": (
        "In each vintage numbers lie in the ranges of the contract, but for a few errors of entry.",
        (Kind.RANGE,),
    ),
    "labels_are_known": ("In each vintage labels are those of the contract.", (Kind.LABEL,)),
    "accounting_identities_hold": (
        "In each vintage payments, balances, instalments and dates agree with one another.",
        (Kind.IDENTITY,),
    ),
}
OTHER = {
    "cleaned_loans_match_contract": "The table has the columns and types of the contract: no more.",
    "each_loan_stands_once": "Every loan has one row, and every row a loan's number.",
    "loans_are_fresh": "The newest vintage and the snapshot are as young as they should be.",
    "sources_deliver_what_features_read": "Every source brings what features are made of.",
}
BLOCKING = {*RULED, "cleaned_loans_match_contract", "each_loan_stands_once", "loans_are_fresh"}


@dg.multi_asset_check(
    name="contract_of_cleaned_loans",
    specs=[
        dg.AssetCheckSpec(name, asset=CLEANED, description=told, blocking=name in BLOCKING)
        for name, told in {**{name: told for name, (told, _) in RULED.items()}, **OTHER}.items()
    ],
)
def contract_of_cleaned_loans(
    context: dg.AssetCheckExecutionContext,
    inspection: Inspection,
    store: dg.ResourceParam[TableStore],
) -> Iterator[dg.AssetCheckResult]:
    """Judge the published table by the contract."""
    yield columns_match(store.current(_TABLE).columns)
    with inspection.open(store, _TABLE) as query:
        yield loans_stand_once(query)
        yield from rules_hold(query, quarters_of_run(context.run.tags))
        yield freshness(query, inspection.oldest_data_months)


def columns_match(columns: Mapping[str, str]) -> dg.AssetCheckResult:
    """Judge the columns of a table, by Arrow's names of their types."""
    gap = columns_gap(columns, CLEANED_SCHEMA)
    said = [f"`{name}`: {what}." for name, what in gap.items()]
    return _result(
        "cleaned_loans_match_contract", said, {"gap": dg.MetadataValue.json(gap)}, grave=True
    )


def loans_stand_once(query: Query) -> dg.AssetCheckResult:
    """Judge whether an id names one row, and every row has one."""
    rows, ids, some = repeated_ids(query)
    said = [f"{rows - ids:,} rows have an id that another row has. Loans: {', '.join(some)}."]
    return _result(
        "each_loan_stands_once",
        said if rows != ids else [],
        {"rows": rows, "ids": ids, "sample_ids": ", ".join(some)},
        grave=True,
    )


def rules_hold(
    query: Query, quarters: Collection[str] | None = None
) -> Iterator[dg.AssetCheckResult]:
    """Judge the vintages, all or some, by every rule of the contract."""
    rules = rules_of()
    tallies = tally(query, rules)
    judged = judge(rules, tallies, quarters)
    for name, (_, kinds) in RULED.items():
        found = judged.of(kinds)
        shown = [Shown(finding, samples(query, finding)) for finding in found[:SHOWN]]
        grave = (finding.vintage for finding in found if finding.is_grave)
        told = {
            "rules": sum(rule.kind in kinds for rule in rules),
            **by_quarter(quarters, grave),
        }
        key = dg.AssetCheckKey(CLEANED, name)
        yield rules_result(key, shown, len(found) - len(shown), told)
    yield _sources_deliver(judged.undelivered)


def freshness(query: Query, oldest_months: int) -> dg.AssetCheckResult:
    """Judge how young the loans are, by their own snapshot and by the calendar."""
    issued, snapshot = newest(query)
    fresh = Freshness(issued, snapshot, datetime.now(UTC).date(), oldest_months)
    told = {"newest_issue": str(issued), "snapshot": str(snapshot), "oldest_months": oldest_months}
    return _result("loans_are_fresh", fresh.sentences(), told, grave=fresh.is_outdated)


def _sources_deliver(undelivered: Sequence[Undelivered]) -> dg.AssetCheckResult:
    missed = [found for found in undelivered if found.column in INPUT_COLUMNS]
    rows = [
        dg.TableRecord(
            {
                "column": found.column,
                "source": found.source,
                "loans": found.loans,
                "features read it": found.column in INPUT_COLUMNS,
            }
        )
        for found in undelivered
    ]
    told = {"not_delivered": dg.MetadataValue.table(rows)} if rows else {}
    sources = sorted({found.source for found in missed})
    said = [
        undelivered_in_words(source, [found.column for found in missed if found.source == source])
        for source in sources
    ]
    return _result("sources_deliver_what_features_read", said, told, grave=False)


def _result(
    name: str, said: Sequence[str], told: Mapping[str, Any], *, grave: bool
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=CLEANED,
        check_name=name,
        passed=not said,
        severity=dg.AssetCheckSeverity.ERROR if grave else dg.AssetCheckSeverity.WARN,
        description=in_short(said),
        metadata=told,
    )
