"""Jobs: what is run as a whole."""

from collections.abc import Sequence

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from risk_platform.orchestration.checks.published import verifications
from risk_platform.orchestration.versions import LOAN_FILES

refresh_platform = dg.define_asset_job(
    "refresh_platform",
    # Whoever publishes reads back what it wrote: it need not be verified once more.
    selection=dg.AssetSelection.all() - dg.AssetSelection.checks(*verifications),
    description="From raw files to the deployed champion, every quarter in one run.",
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
