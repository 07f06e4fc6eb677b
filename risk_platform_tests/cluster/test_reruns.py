"""The same loans again, after success and after crashes: readers see the same, each time."""

import signal
from pathlib import Path

import pytest

from risk_platform.settings import Settings
from risk_platform.store.tables import TableStore
from risk_platform_tests.cluster.conftest import Platform, Published
from risk_platform_tests.cluster.refresher import ASSETS, TABLES, content_of

pytestmark = pytest.mark.slow

HERE = {"RISK_SPARK_MASTER": "local[2]"}


def contents(platform: Platform) -> dict[str, list[tuple[str, int]]]:
    """Return content and rows of every publication that there ever was, by table."""
    store = TableStore(Settings(home=platform.home, tables="").tables_root)
    return {
        table: [
            content_of(table, entry.manifest) for entry in store.history(table) if entry.manifest
        ]
        for table in TABLES
    }


def test_the_same_loans_three_times_give_the_same_tables(
    tmp_path: Path, few_loans: Path, few_at_home: Published
) -> None:
    """D18: each run publishes every table anew, and no reader can tell it from the one before."""
    platform = Platform(tmp_path / "home", few_loans, HERE)
    assert [platform.run() for _ in range(3)] == [few_at_home] * 3
    for table, published in contents(platform).items():
        assert published == [tuple(few_at_home[table])] * 3


def test_a_crash_after_each_step_leaves_no_trace(
    tmp_path: Path, few_loans: Path, few_at_home: Published
) -> None:
    """D18: the run's process is killed as soon as an asset is made; the next begins anew.

    What readers see after each crash is what an undisturbed run gives, as far as that one came; at
    the end it is all of it, and nothing else was ever published.
    """
    platform = Platform(tmp_path / "home", few_loans, HERE)
    for made, asset in enumerate(ASSETS, start=1):
        process = platform.start("--die-after", asset)
        assert process.wait() == -signal.SIGKILL, platform.log.read_text()[-5_000:]
        expected = {name: few_at_home[name] for name in ASSETS[:made]}
        seen = platform.run("--look")
        assert {name: seen.get(name) for name in expected} == expected
        assert seen.items() <= few_at_home.items()
    assert platform.run() == few_at_home
    for table, published in contents(platform).items():
        assert set(published) == {tuple(few_at_home[table])}
        assert len(published) > len(ASSETS) - ASSETS.index(table)
