"""Raw: what stood in the files, as text, with every record accounted for."""

from collections import Counter
from collections.abc import Iterator, Sequence

import dagster as dg

from risk_platform.contract.vintages import quarter_folders
from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.orchestration.findings import in_short
from risk_platform.orchestration.metadata import counts_table, table_schema, text_schema
from risk_platform.orchestration.pools import LANDING
from risk_platform.orchestration.resources import LoanSource
from risk_platform.orchestration.retries import retried_io
from risk_platform.orchestration.versions import LOAN_FILES, raw_version
from risk_platform.sources.landing import RAW_SCHEMA, REJECT_SCHEMA, land
from risk_platform.sources.report import FileReport
from risk_platform.spark.store import TableStore

RAW, QUARANTINED = dg.AssetKey("raw_loans"), dg.AssetKey("quarantined_loans")
QUARANTINE_LIMIT = 0.05
REASONS_SHOWN = 3


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            RAW,
            deps=[LOAN_FILES],
            description=(
                "The loans as LendingClub wrote them: every column of the contract as text, with "
                "the file and record of each. Files of any layout meet here by column name."
            ),
            kinds={"csv", "parquet"},
        ).with_io_manager_key("tables"),
        dg.AssetSpec(
            QUARANTINED,
            deps=[LOAN_FILES],
            description=(
                "The records that are no raw loans, each with its file, number, line, reason, run, "
                "and its text as it stands there: notes, blank lines, and rows with values that "
                "their columns cannot hold."
            ),
            kinds={"csv", "parquet"},
        ).with_io_manager_key("tables"),
    ],
    check_specs=[
        dg.AssetCheckSpec(
            "every_record_is_accounted_for",
            asset=RAW,
            blocking=True,
            description=(
                "Records in each file = loans + quarantined + lines that are no loan, and as many "
                "as an independent count of its bytes finds."
            ),
        ),
        dg.AssetCheckSpec(
            "few_records_are_quarantined",
            asset=RAW,
            blocking=True,
            description=f"At most {QUARANTINE_LIMIT:.0%} of any file's records are set aside.",
        ),
        dg.AssetCheckSpec(
            "no_column_was_renamed",
            asset=RAW,
            blocking=True,
            description=(
                "No file brings columns that the contract does not know while it lacks some that "
                "features are made of."
            ),
        ),
    ],
    group_name="ingest",
    pool=LANDING,
)
def raw_loans(
    context: dg.AssetExecutionContext, source: LoanSource, store: dg.ResourceParam[TableStore]
) -> Iterator[dg.MaterializeResult]:
    """Land the raw files, all or nothing."""
    with (
        retried_io(context),
        store.new_version("quarantined_loans") as rejects,
        store.new_version("raw_loans") as loans,
    ):
        reports = land(
            source.raw_files(), loans.folder, rejects.folder, _say(context), context.run.run_id
        )
        loans.parts = quarter_folders(loans.folder)
    digests = {report.file: report.sha256 for report in reports}
    version = raw_version(context, digests, source.encoding)
    yield dg.MaterializeResult(
        asset_key=RAW,
        data_version=version,
        metadata={
            "dagster/row_count": sum(report.loans for report in reports),
            "dagster/column_schema": text_schema(RAW_SCHEMA.names),
            "files": _files_table(reports),
        },
        check_results=[_accounted(reports), quarantine_share(reports), columns_known(reports)],
    )
    yield dg.MaterializeResult(
        asset_key=QUARANTINED, data_version=version, metadata=_reject_metadata(reports)
    )


def _say(context: dg.AssetExecutionContext):  # noqa: ANN202 - a plain callback
    def say(file: str, records: int) -> None:
        context.log.debug("%s: %s records read", file, f"{records:,}")

    return say


def _files_table(reports: Sequence[FileReport]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "file": report.file,
                    "columns": report.columns,
                    "ignored columns": ", ".join(report.ignored),
                    "records": report.records,
                    "recounted": report.recounted,
                    "loans": report.loans,
                    "quarantined": sum(report.quarantined.values()),
                    "no loan": sum(report.no_loan.values()),
                    "sha256": report.sha256,
                }
            )
            for report in reports
        ]
    )


def _reject_metadata(reports: Sequence[FileReport]) -> dict[str, dg.MetadataValue]:
    reasons: Counter[str] = Counter()
    for report in reports:
        reasons.update(report.quarantined)
        reasons.update(report.no_loan)
    return {
        "dagster/row_count": dg.MetadataValue.int(reasons.total()),
        "dagster/column_schema": dg.MetadataValue.table_schema(table_schema(REJECT_SCHEMA)),
        "reasons": counts_table(reasons, "reason"),
    }


def _accounted(reports: Sequence[FileReport]) -> dg.AssetCheckResult:
    astray = [report.file for report in reports if not report.reconciles]
    said = [
        f"{report.file}: {report.records:,} records were read, {report.recounted:,} are in its "
        f"bytes, and {report.accounted:,} are accounted for."
        for report in reports
        if not report.reconciles
    ]
    return dg.AssetCheckResult(
        asset_key=RAW,
        check_name="every_record_is_accounted_for",
        passed=not astray,
        description=in_short(said),
        metadata={"records": sum(r.records for r in reports), "files_astray": astray},
    )


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
