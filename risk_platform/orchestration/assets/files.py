"""Files: the raw files themselves, which this platform reads and does not make."""

import dagster as dg

from risk_platform.orchestration.resources import LoanSource
from risk_platform.orchestration.retries import retried_io
from risk_platform.orchestration.versions import LOAN_FILES
from risk_platform.sources.digest import file_digests, source_digest


@dg.multi_observable_source_asset(
    specs=[
        dg.AssetSpec(
            LOAN_FILES,
            description=(
                "The raw files of the source, as they lie on disk. Their version is a digest of "
                "their names and bytes: when it changes, what was made from them is outdated."
            ),
            kinds={"csv"},
        )
    ],
    group_name="ingest",
)
def loan_files(context: dg.AssetExecutionContext, source: LoanSource) -> dg.ObserveResult:
    """Read every byte of the raw files."""
    with retried_io(context):
        files = source.raw_files()
        digests = file_digests(files)
        sizes = {raw.name: raw.path.stat().st_size for raw in files}
    return dg.ObserveResult(
        asset_key=LOAN_FILES,
        data_version=dg.DataVersion(source_digest(digests, source.encoding)),
        metadata={
            "files": dg.MetadataValue.table(
                [
                    dg.TableRecord({"file": name, "bytes": sizes[name], "sha256": digest})
                    for name, digest in digests.items()
                ]
            )
        },
    )
