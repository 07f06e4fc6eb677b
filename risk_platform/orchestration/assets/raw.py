"""Raw: what stood in the files, as text, with every record accounted for."""

from collections import Counter
from collections.abc import Iterator, Sequence

import dagster as dg

from risk_platform.contract.vintages import quarter_folders
from risk_platform.orchestration.findings import of_version
from risk_platform.orchestration.landed import (
    QUARANTINE_LIMIT,
    RAW,
    all_was_read,
    columns_known,
    quarantine_share,
    records_accounted,
)
from risk_platform.orchestration.metadata import counts_table, table_schema, text_schema
from risk_platform.orchestration.pools import LANDING
from risk_platform.orchestration.resources import Inspection, LoanSource
from risk_platform.orchestration.retries import retried_io
from risk_platform.orchestration.versions import LOAN_FILES, raw_version
from risk_platform.sources.landing import RAW_SCHEMA, REJECT_SCHEMA, land
from risk_platform.sources.report import FileReport
from risk_platform.spark.reconcile import control_totals
from risk_platform.store.tables import TableStore

QUARANTINED = dg.AssetKey("quarantined_loans")


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
                "as an independent count of its bytes finds. Of its loans as many are published, "
                "of the same sum of `loan_amnt`."
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
        dg.AssetCheckSpec(
            "nothing_in_the_source_is_passed_over",
            asset=RAW,
            description="All that lies in the source is a raw file, and none is there twice.",
        ),
    ],
    group_name="ingest",
    pool=LANDING,
)
def raw_loans(
    context: dg.AssetExecutionContext,
    source: LoanSource,
    store: dg.ResourceParam[TableStore],
    inspection: Inspection,
) -> Iterator[dg.MaterializeResult]:
    """Land the raw files, all or nothing."""
    with (
        retried_io(context),
        store.new_version("quarantined_loans") as rejects,
        store.new_version("raw_loans") as loans,
    ):
        found = source.look()
        reports = land(found.files, loans.folder, rejects.folder, _say(context), context.run.run_id)
        loans.parts = quarter_folders(loans.folder)
    with retried_io(context), inspection.open(store, "raw_loans") as query:
        published = control_totals(query)
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
        check_results=[
            of_version(result, loans.name)
            for result in (
                records_accounted(reports, published),
                quarantine_share(reports),
                columns_known(reports),
                all_was_read(found.passed_over),
            )
        ],
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
                    "loan_amnt, USD": report.amount_usd,
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
