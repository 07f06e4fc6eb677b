"""Checks that were made: recorded in an instance, as a run would."""

import dagster as dg

# What must hold of the deployed champion, or its lease is not renewed.
DEPLOYED, SCORES = "deployed_champion", "deployed_champion_scores_as_when_it_was_made"


def check_made(
    instance: dg.DagsterInstance, asset: str, name: str, severity: str = "ERROR", *, passed: bool
) -> None:
    """Record that a blocking check was made."""
    instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(asset),
            check_name=name,
            passed=passed,
            metadata={},
            severity=dg.AssetCheckSeverity(severity),
            description="version 1 has another digest",
            blocking=True,
        )
    )
