"""Jobs: what is run as a whole."""

from collections.abc import Sequence

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from risk_platform.orchestration.checks.published import verifications
from risk_platform.orchestration.versions import LOAN_FILES

refresh_platform = dg.define_asset_job(
    "refresh_platform",
    # Whoever publishes reads back what it wrote: it need not be verified once more.
    selection=dg.AssetSelection.all()
    - dg.AssetSelection.checks(*verifications)
    - dg.AssetSelection.groups("monitoring"),
    description="From raw files to the deployed champion, every quarter in one run.",
)

record_serving_gate = dg.define_asset_job(
    "record_serving_gate",
    selection=dg.AssetSelection.assets("serving_gate"),
    description="Puts into the graph how the gate of the scoring service stands, and why.",
)
report_drift = dg.define_asset_job(
    "report_drift",
    selection=dg.AssetSelection.assets("drift_report"),
    description="Reports how far a day's decisions are from the training loans of their model.",
)
report_drift_of_vintages = dg.define_asset_job(
    "report_drift_of_vintages",
    selection=dg.AssetSelection.assets("drift_of_vintages"),
    description="Reports how far each vintage of the loan table is from the training loans.",
)


def watch_platform(checks: Sequence[dg.AssetChecksDefinition]) -> UnresolvedAssetJobDefinition:
    """Return the job that makes nothing: it looks at the raw files, and at what is published."""
    return dg.define_asset_job(
        "watch_platform",
        selection=dg.AssetSelection.assets(LOAN_FILES) | dg.AssetSelection.checks(*checks),
        description=(
            "Reads the raw files' bytes, so that whatever was made from others shows as outdated, "
            "judges the published tables, models and service by their checks, and reads every "
            "published file again, so that one which was damaged since is found."
        ),
    )
