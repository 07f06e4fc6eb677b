"""The league of drills as an asset: empty it says what fills it, else it shows what there is."""

from pathlib import Path

import dagster as dg

from risk_platform.orchestration.assets.drills import NONE_YET
from risk_platform.simulation.results import write_results
from risk_platform_tests.orchestration.small_platform import SmallPlatform, small_platform
from risk_platform_tests.simulation.test_results import DRILL


def metadata(platform: SmallPlatform) -> dict[str, dg.MetadataValue]:
    """Make the league, and return what its page shows."""
    done = platform.run("drill_league")
    assert done.success
    (made,) = done.asset_materializations_for_node("drill_league")
    return {**made.metadata}


def test_an_empty_league_says_which_command_fills_it(tmp_path: Path) -> None:
    """A platform that was never drilled is made all the same."""
    with small_platform(tmp_path) as platform:
        shown = metadata(platform)
    assert shown["drills"] == dg.MetadataValue.text(NONE_YET)
    assert "league" not in shown


def test_the_league_shows_each_drill_and_draws_it(tmp_path: Path) -> None:
    """A row, its figures, and the picture."""
    with small_platform(tmp_path) as platform:
        write_results(platform.settings.drills_folder / "a.json", [DRILL])
        shown = metadata(platform)
    assert isinstance(shown["drills"], dg.TableMetadataValue)
    (row,) = shown["drills"].records
    assert (row.data["scenario"], row.data["verdict"], row.data["leaked"]) == (
        "recession",
        "detected",
        7,
    )
    assert shown["recession_seconds"] == dg.MetadataValue.float(2.5)
    assert shown["failed"] == dg.MetadataValue.text("none")
    assert "image/png" in str(shown["league"].value)
