"""Staleness: Dagster shows as outdated what was made from other bytes or by other code."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from rich.console import Console

from risk_platform.commands.materialise import materialise
from risk_platform.orchestration.assets import STAGES
from risk_platform.orchestration.versions import code_version
from risk_platform.store.tables import TableStore
from risk_platform_tests.orchestration.small_platform import SmallPlatform, small_platform


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[SmallPlatform]:
    """Return a platform that has landed its loans."""
    with small_platform(tmp_path) as made:
        made.land()
        yield made


def test_landed_loans_are_up_to_date(platform: SmallPlatform) -> None:
    """Files that nobody observed before they were landed are known by what was read of them."""
    assert platform.stale() == set()
    platform.observe()
    assert platform.stale() == set()


def test_unchanged_files_make_nothing_stale(platform: SmallPlatform) -> None:
    """D18: landed again, the same bytes are the same version; a touched file is unchanged."""
    version = platform.data_version("raw_loans")
    platform.raw_file.touch()
    platform.observe()
    platform.land()
    assert platform.data_version("raw_loans") == version
    assert platform.stale() == set()


def test_a_changed_byte_makes_the_loans_stale(platform: SmallPlatform) -> None:
    """One byte is enough, and landing the files anew mends it."""
    version = platform.data_version("raw_loans")
    platform.change_a_byte()
    platform.observe()
    assert platform.stale() == {"raw_loans", "quarantined_loans"}
    platform.land()
    assert platform.stale() == set()
    assert platform.data_version("raw_loans") != version


def test_a_file_more_makes_the_loans_stale(platform: SmallPlatform) -> None:
    """A byte makes it another file."""
    more = platform.raw_file.with_name("more.csv")
    more.write_bytes(platform.raw_file.read_bytes().replace(b"credit_card", b"house", 1))
    platform.observe()
    assert "raw_loans" in platform.stale()


def test_a_file_that_is_delivered_again_leaves_all_as_it_is(platform: SmallPlatform) -> None:
    """D14: the same bytes under another name make nothing stale, and land as the same tables."""
    store = TableStore(platform.settings.tables_root)
    before = store.current("raw_loans").content
    shutil.copy(platform.raw_file, platform.raw_file.with_name("Copy of loans, once more.csv"))
    platform.observe()
    assert platform.stale() == set()
    platform.land()
    assert store.current("raw_loans").content == before


def test_what_follows_the_loans_becomes_stale_with_them(
    platform: SmallPlatform, spark: SparkSession
) -> None:
    """New raw loans make the cleaned ones stale; the same loans landed again do not."""
    del spark  # the run shares the tests' session
    platform.make_quarter("cleaned_loans", "2016-01-01")
    platform.land()
    assert platform.stale() == set()
    platform.change_a_byte()
    platform.land()
    assert platform.stale() == {"cleaned_loans"}


@pytest.mark.slow
def test_a_refresh_leaves_nothing_stale(tmp_path: Path, spark: SparkSession) -> None:
    """After the whole platform was refreshed, twice, and a byte changed, all is up to date."""
    del spark
    quiet = Console(file=io.StringIO())
    with small_platform(tmp_path, loans=4_000) as platform:
        for change in (lambda: None, lambda: None, platform.change_a_byte):
            change()
            materialise(platform.settings, platform.instance, quiet)
            assert platform.stale() == set()


def test_each_asset_has_the_version_of_its_code(platform: SmallPlatform) -> None:
    """What a protocol decides is of that protocol's version; no asset is without one."""
    graph = platform.definitions.resolve_asset_graph()
    keys = graph.get_all_asset_keys()
    versions = {key.to_user_string(): graph.get(key).code_version for key in keys}
    assert all(versions.values())
    ruled = {name for name, version in versions.items() if str(version).endswith("-window12")}
    assert {"split_loans", "model_lightgbm", "model_predictions", "leaderboard"} <= ruled
    assert "raw_loans" not in ruled


def test_each_stage_has_a_version_of_its_own() -> None:
    """No two stages compute with the same code."""
    versions = [code_version(f"risk_platform.orchestration.assets.{stage}") for stage in STAGES]
    assert len(set(versions)) == len(STAGES)


CODE = '''"""A stage."""

from risk_platform.lower import helper


def asset():
    return helper(1)
'''
LOWER = "def helper(x):\n    return x\n"


def version_of(folder: Path, code: str, lower: str) -> str:
    """Return the version of a stage and of what it computes with."""
    package = folder / "risk_platform"
    package.mkdir(parents=True)
    (package / "stage.py").write_text(code)
    (package / "lower.py").write_text(lower)
    return code_version("risk_platform.stage", folder)


def test_code_that_a_stage_computes_with_changes_its_version(tmp_path: Path) -> None:
    """It is not the asset's own module alone that counts."""
    before = version_of(tmp_path / "before", CODE, LOWER)
    assert version_of(tmp_path / "after", CODE, LOWER.replace("x\n", "x + 1\n")) != before


def test_words_about_code_do_not_change_its_version(tmp_path: Path) -> None:
    """Comments, docstrings and layout are no code."""
    before = version_of(tmp_path / "before", CODE, LOWER)
    told = CODE.replace("A stage", "Another word").replace("helper(1)", "helper(  1)  # why")
    assert version_of(tmp_path / "after", told, LOWER) == before
