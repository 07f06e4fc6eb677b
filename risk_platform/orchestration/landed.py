"""What was landed, judged: records, quarantine, columns, and what was not read at all."""

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from risk_platform.contract.sentences import totals_in_words
from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.orchestration.findings import in_short
from risk_platform.sources.report import FileReport
from risk_platform.spark.reconcile import Total

RAW = dg.AssetKey("raw_loans")
QUARANTINE_LIMIT = 0.05
REASONS_SHOWN = 3


def records_accounted(
    reports: Sequence[FileReport], published: Mapping[str, Total]
) -> dg.AssetCheckResult:
    """Judge whether every record of every file is accounted for, and every loan published.

    Parameters
    ----------
    reports
        What was read of each file.
    published
        Of each file, the loans in the published table.
    """
    told = {report.file: [*_astray(report, published)] for report in reports}
    astray = [file for file, sentences in told.items() if sentences]
    said = [sentence for sentences in told.values() for sentence in sentences]
    return dg.AssetCheckResult(
        asset_key=RAW,
        check_name="every_record_is_accounted_for",
        passed=not astray,
        description=in_short(said),
        metadata={
            "records": sum(report.records for report in reports),
            "loans": sum(report.loans for report in reports),
            "amount_usd": sum(report.amount_usd for report in reports),
            "published_usd": sum(total.amount_usd for total in published.values()),
            "files_astray": astray,
        },
    )


def _astray(report: FileReport, published: Mapping[str, Total]) -> Iterator[str]:
    if not report.reconciles:
        yield (
            f"{report.file}: {report.records:,} records were read, {report.recounted:,} are in "
            f"its bytes, and {report.accounted:,} are accounted for."
        )
    read, now = Total(report.loans, report.amount_usd), published.get(report.file, Total())
    if not read.agrees(now):
        one, other = (read.loans, read.amount_usd), (now.loans, now.amount_usd)
        yield totals_in_words(f"{report.file} holds", one, "the published table", other)


def quarantine_share(reports: Sequence[FileReport]) -> dg.AssetCheckResult:
    """Judge each file by itself: a small one that is spoilt must not hide behind a large one."""
    shares = {report.file: report.quarantined_share for report in reports}
    over = {file: share for file, share in shares.items() if share > QUARANTINE_LIMIT}
    said = [_why_set_aside(report) for report in reports if report.file in over]
    return dg.AssetCheckResult(
        asset_key=RAW,
        check_name="few_records_are_quarantined",
        passed=not over,
        description=in_short(said),
        metadata={
            "highest_share": max(shares.values()),
            "limit": QUARANTINE_LIMIT,
            "files_over_it": dg.MetadataValue.json(over),
        },
    )


def _why_set_aside(report: FileReport) -> str:
    """Say which rules set most of a file's records aside; `quarantined_loans` has each of them."""
    worst = sorted(report.quarantined.items(), key=lambda rule: -rule[1])[:REASONS_SHOWN]
    told = ", ".join(f"{why} ({count:,})" for why, count in worst)
    return (
        f"{report.file}: {report.quarantined_share:.1%} of its records are set aside, and "
        f"{QUARANTINE_LIMIT:.0%} may be: {told}."
    )


def columns_known(reports: Sequence[FileReport]) -> dg.AssetCheckResult:
    """Judge headers: what is missing and what is unknown may be one column under another name.

    A file of an older layout lacks columns and brings no others; a column that is new to us, where
    nothing lacks, harms nothing.
    """
    unknown = {report.file: list(report.ignored) for report in reports if report.ignored}
    absent = {r.file: [name for name in r.absent if name in INPUT_COLUMNS] for r in reports}
    renamed = [file for file in unknown if absent[file]]
    said = [
        f"{file} brings {_names(unknown[file])}, which the contract does not know, and lacks "
        f"{_names(absent[file])}, of which features are made: was one renamed? Name it among the "
        "aliases of the contract."
        for file in renamed
    ]
    return dg.AssetCheckResult(
        asset_key=RAW,
        check_name="no_column_was_renamed",
        passed=not unknown,
        severity=dg.AssetCheckSeverity.ERROR if renamed else dg.AssetCheckSeverity.WARN,
        description=in_short(said or [f"{f} brings {_names(n)}." for f, n in unknown.items()]),
        metadata={"unknown": dg.MetadataValue.json(unknown), "files": renamed},
    )


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in columns)


def all_was_read(passed_over: Mapping[str, str]) -> dg.AssetCheckResult:
    """Warn of what lies in the source and was not read.

    Parameters
    ----------
    passed_over
        Name to reason.
    """
    return dg.AssetCheckResult(
        asset_key=RAW,
        check_name="nothing_in_the_source_is_passed_over",
        passed=not passed_over,
        severity=dg.AssetCheckSeverity.WARN,
        description=in_short(f"{name} was not read: {why}." for name, why in passed_over.items()),
        metadata={"passed_over": dg.MetadataValue.json(dict(passed_over))},
    )
