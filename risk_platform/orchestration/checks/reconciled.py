"""Cleaned loans beside the raw ones: every loan and every dollar is there, or known to be old."""

from collections.abc import Collection, Mapping

import dagster as dg

from risk_platform.contract.sentences import lost_in_words, totals_in_words
from risk_platform.contract.vintages import quarter_name
from risk_platform.orchestration.findings import by_quarter, in_short
from risk_platform.orchestration.partitions import quarters_of_run
from risk_platform.orchestration.resources import Inspection
from risk_platform.spark.reconcile import CLEANED, LOST, SUPERSEDED, Fates, Total, fates
from risk_platform.store.tables import TableStore

_TABLE, _RAW = "cleaned_loans", "raw_loans"


@dg.asset_check(asset=dg.AssetKey(_TABLE), additional_deps=[dg.AssetKey(_RAW)], blocking=True)
def no_raw_loan_is_lost(
    context: dg.AssetCheckExecutionContext,
    inspection: Inspection,
    store: dg.ResourceParam[TableStore],
) -> dg.AssetCheckResult:
    """Raw loans = cleaned loans + those superseded by a newer row of the same loan; so in USD."""
    raw, cleaned = store.current(_RAW).parts, store.current(_TABLE).parts
    # Other quarters are as they were landed when they were cleaned, or wait to be.
    judged = quarters_of_run(context.run.tags)
    # A quarter may be cleaned still, and have no raw loan any more.
    parts = sorted((raw.keys() | cleaned.keys()) & (judged or raw.keys() | cleaned.keys()))
    rows = {part: sum(file.rows for file in cleaned.get(part, ())) for part in parts}
    landed = [part for part in parts if part in raw]
    if not landed:
        return loans_are_there(Fates(), rows, judged)
    with inspection.open(store, _RAW, landed, beside=_TABLE) as query:
        return loans_are_there(fates(query), rows, judged)


def loans_are_there(
    found: Fates, rows: Mapping[str, int], judged: Collection[str] | None = None
) -> dg.AssetCheckResult:
    """Judge what became of the raw loans, and how many cleaned ones there are.

    Parameters
    ----------
    found
        What became of them.
    rows
        Of each quarter of the cleaned table.
    judged
        The quarters that are looked at; ``None`` for the whole tables.
    """
    quarters = sorted({*rows, *found.of})
    changed = {part: told for part in quarters if (told := _changed(found, part, rows))}
    losing = {part for part in quarters if found.fate(LOST, part).total.loans}
    said = [*_lost(found), *changed.values()]
    cleaned, superseded, lost = (found.total(fate) for fate in (CLEANED, SUPERSEDED, LOST))
    raw = cleaned + superseded + lost
    return dg.AssetCheckResult(
        passed=not said,
        description=in_short(said),
        metadata={
            "raw": raw.loans,
            "raw_usd": raw.amount_usd,
            "cleaned": sum(rows.values()),
            "cleaned_usd": sum(found.fate(CLEANED, part).cleaned_usd for part in quarters),
            "superseded": superseded.loans,
            "superseded_usd": superseded.amount_usd,
            "superseded_sample_ids": ", ".join(found.sample_ids.get(SUPERSEDED, ())),
            "lost": lost.loans,
            "lost_usd": lost.amount_usd,
            "sample_ids": ", ".join(found.sample_ids.get(LOST, ())),
            **by_quarter(judged, losing | changed.keys()),
        },
    )


def _lost(found: Fates) -> list[str]:
    lost = found.total(LOST)
    if not lost.loans:
        return []
    return [lost_in_words(lost.loans, lost.amount_usd, found.sample_ids[LOST])]


def _changed(found: Fates, part: str, rows: Mapping[str, int]) -> str:
    """Say where a quarter has more cleaned loans than raw ones, or their amounts are others."""
    met = found.fate(CLEANED, part)
    raw, now = met.total, Total(rows.get(part, 0), met.cleaned_usd)
    if raw.agrees(now):
        return ""
    left = f"{quarter_name(part)}: raw loans that are the newest are"
    one, other = (raw.loans, raw.amount_usd), (now.loans, now.amount_usd)
    return totals_in_words(left, one, "cleaned", other)
