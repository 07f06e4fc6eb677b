"""Vintages: later ones are held against training, or against earlier ones that are named."""

from pathlib import Path

import dagster as dg
import pytest

from risk_platform.definitions import build_definitions
from risk_platform.handover.models.promotions import Promotions
from risk_platform.handover.models.registry import Registry
from risk_platform_tests.bundles import let_lead
from risk_platform_tests.monitored import world
from risk_platform_tests.orchestration.small_platform import SmallPlatform, small_platform


def vintages(platform: SmallPlatform, **config: str) -> dict[str, object]:
    """Report the drift of vintages, and return what is told."""
    job = build_definitions(platform.settings).resolve_job_def("report_drift_of_vintages")
    result = job.execute_in_process(
        instance=platform.instance,
        run_config={"ops": {"drift_of_vintages": {"config": config}}},
    )
    (made,) = result.asset_materializations_for_node("drift_of_vintages")
    return {name: value.value for name, value in made.metadata.items()}


@pytest.mark.slow
def test_each_vintage_is_held_against_what_is_named(tmp_path: Path) -> None:
    """By year against the champion's training loans, or by quarter against some quarters."""
    with small_platform(tmp_path, loans=3_000) as platform:
        assert platform.run("raw_loans", "quarantined_loans", "cleaned_loans").success
        settings = platform.settings
        let_lead(Promotions.of(settings), Registry.of(settings), world().bundle)
        by_year = vintages(platform, by="year")
        table = by_year["vintages"]
        assert isinstance(table, dg.TableMetadataValue)
        rows = [row.data for row in table.records]
        assert sum(int(row["loans"] or 0) for row in rows) > 2_500
        assert by_year["against"] == "the champion's training loans"
        assert any(name.startswith("pd_psi_") for name in by_year)
        red = [row for row in rows if row["light"] == "red"]
        assert all(f"* {row['vintage']}: " in str(by_year["explained"]) for row in red)
        named = "2012-01-01:2015-10-01"
        by_quarter = vintages(platform, by="quarter", reference=named)
        assert by_quarter["against"] == named
        assert not any(name.startswith("pd_psi_") for name in by_quarter)
