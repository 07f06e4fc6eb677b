"""Cleaned loans beside the raw ones: every loan and every dollar is there, or known to be old."""

from collections.abc import Collection, Mapping

import dagster as dg

from risk_platform.contract.sentences import lost_in_words, totals_in_words
from risk_platform.orchestration.findings import by_quarter, in_short
from risk_platform.orchestration.partitions import quarters_of_run
from risk_platform.orchestration.resources import Inspection
from risk_platform.spark.reconcile import CLEANED, LOST, SUPERSEDED, Fate, Total, fates
from risk_platform.spark.store import TableStore

_TABLE, _RAW = "cleaned_loans", "raw_loans"


@dg.asset_check(asset=dg.AssetKey(_TABLE), additional_deps=[dg.AssetKey(_RAW)], blocking=True)
def no_raw_loan_is_lost(
    context: dg.AssetCheckExecutionContext,
    inspection: Inspection,
    store: dg.ResourceParam[TableStore],
) -> dg.AssetCheckResult:
    """Raw loans = cleaned loans + those superseded by a newer row of the same loan; so in USD."""
    raw = store.current(_RAW)
    # Other quarters are as they were landed when they were cleaned, or wait to be.
    judged = quarters_of_run(context.run.tags)
    parts = sorted(raw.parts.keys() & {*(judged or raw.parts)})
    rows = sum(file.rows for file in store.current(_TABLE).files_of(parts))
    if not parts:
        return loans_are_there({}, rows, judged)
    with inspection.open(store, _RAW, parts, beside=_TABLE) as query:
        return loans_are_there(fates(query), rows, judged)


def loans_are_there(
    found: Mapping[str, Fate], rows: int, judged: Collection[str] | None = None
) -> dg.AssetCheckResult:
    """Judge what became of the raw loans, and how many cleaned ones there are.

    Parameters
    ----------
    found
        What became of them.
    rows
        Of the cleaned table.
    judged
        The quarters that are looked at; ``None`` for the whole tables.
    """
    cleaned, superseded, lost = (found.get(fate, Fate()) for fate in (CLEANED, SUPERSEDED, LOST))
    now = Total(rows, cleaned.cleaned_usd)
    said = [*_lost(lost), *_changed(cleaned.total, now)]
    every = [fate.total for fate in found.values()]
    return dg.AssetCheckResult(
        passed=not said,
        description=in_short(said),
        metadata={
            "raw": sum(total.loans for total in every),
            "raw_usd": sum(total.amount_usd for total in every),
            "cleaned": now.loans,
            "cleaned_usd": now.amount_usd,
            "superseded": superseded.total.loans,
            "superseded_usd": superseded.total.amount_usd,
            "superseded_sample_ids": ", ".join(superseded.sample_ids),
            "lost": lost.total.loans,
            "lost_usd": lost.total.amount_usd,
            "sample_ids": ", ".join(lost.sample_ids),
            **({} if judged is None else by_quarter(judged, judged if said else ())),
        },
    )


def _lost(lost: Fate) -> list[str]:
    total = lost.total
    return [lost_in_words(total.loans, total.amount_usd, lost.sample_ids)] if total.loans else []


def _changed(raw: Total, cleaned: Total) -> list[str]:
    """Say where there are more cleaned loans than raw ones, or their amounts are others."""
    if raw.agrees(cleaned):
        return []
    one, other = (raw.loans, raw.amount_usd), (cleaned.loans, cleaned.amount_usd)
    return [totals_in_words("raw loans that are the newest are", one, "cleaned", other)]
