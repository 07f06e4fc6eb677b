"""What is published: whether its files still are what was published, byte for byte.

Whoever writes a version reads it back, so a refresh leaves these checks out. They are for the days
after: a bit that flips on a disk, or a file of the same size in another's place, changes no size
and no log, and whoever reads the table sees it as it now is.
"""

from collections.abc import Iterator

import dagster as dg

from risk_platform.errors.tables import DamagedTableError
from risk_platform.orchestration.candidates import CANDIDATES
from risk_platform.orchestration.retries import retried_io
from risk_platform.store.tables import TableStore

# Every asset that is a table or a document.
PUBLISHED = (
    "raw_loans",
    "quarantined_loans",
    "cleaned_loans",
    "vintage_curves",
    "split_plan",
    "split_loans",
    "feature_state",
    "reference_profile",
    "loan_features",
    "tuned_parameters",
    *CANDIDATES,
    "clusters_kmeans",
    "clusters_gaussian_mixture",
    "borrower_segments",
    "model_predictions",
    "leaderboard",
    "registered_candidates",
    "proposed_champion",
    "champion_report",
    "policy_frontier",
    "deployed_champion",
    "drill_league",
)
VERIFIED = "its_files_are_those_that_were_published"


def _verification_of(asset: str) -> dg.AssetChecksDefinition:
    about = "Every byte of the current version is read again, and has the digest of its log."

    @dg.multi_asset_check(
        name=f"verification_of_{asset}",
        specs=[dg.AssetCheckSpec(VERIFIED, asset=asset, description=about)],
    )
    def verify(
        context: dg.AssetCheckExecutionContext, store: dg.ResourceParam[TableStore]
    ) -> Iterator[dg.AssetCheckResult]:
        try:
            with retried_io(context):
                manifest = store.verify(asset)
        except DamagedTableError as error:
            # The asset's page says it, and so does the alert of the run that fails.
            yield dg.AssetCheckResult(passed=False, description=str(error))
            raise
        yield dg.AssetCheckResult(
            passed=True,
            metadata={
                "version": manifest.version,
                "files": len(manifest.files),
                "bytes": sum(file.size for file in manifest.files),
            },
        )

    return verify


verifications = [_verification_of(asset) for asset in PUBLISHED]
