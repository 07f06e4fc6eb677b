"""Refusals: what did not pass its blocking checks goes no further, in whatever run."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from risk_platform.contract.vintages import quarter_folders
from risk_platform.errors.tables import RefusedTableError, UnjudgedTableError
from risk_platform.orchestration.alerts import first_cause
from risk_platform.orchestration.refusals import Verdict, unsound
from risk_platform.store.publications import Publication
from risk_platform.store.tables import TableStore
from risk_platform_tests.orchestration.small_platform import SmallPlatform, small_platform

A, B = "2015-01-01", "2016-01-01"


@pytest.fixture
def platform(tmp_path: Path, spark: SparkSession) -> Iterator[SmallPlatform]:
    """Return a platform that has landed nothing yet; its runs share the tests' session."""
    del spark
    with small_platform(tmp_path) as made:
        yield made


def cause(result: dg.ExecuteInProcessResult) -> str:
    """Return why a run failed."""
    failed = next(event for event in result.all_events if event.is_step_failure)
    return first_cause(failed.step_failure_data.error) or ""


def spoil(path: Path) -> None:
    """Have a tenth of a file's loans state an income that is no number."""
    with path.open(newline="") as file:
        note, header, *records = csv.reader(file)
    for record in [record for record in records if len(record) == len(header)][::10]:
        record[header.index("annual_inc")] = "plenty"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([note, header, *records])


def test_a_later_run_does_not_read_what_broke_a_check(platform: SmallPlatform) -> None:
    """The run that begins behind it fails with the check's name; mended files set it free."""
    whole = platform.raw_file.read_text()
    spoil(platform.raw_file)
    assert not platform.run("raw_loans", "quarantined_loans").success
    behind = platform.run("cleaned_loans")
    assert not behind.success
    assert str(RefusedTableError("raw_loans", "few_records_are_quarantined")) in cause(behind)
    platform.raw_file.write_text(whole)
    platform.land()
    assert platform.run("cleaned_loans").success


def test_what_a_killed_run_left_unjudged_is_not_read(platform: SmallPlatform) -> None:
    """A table that was published, and whose checks never came to run, waits for them."""
    platform.land()
    platform.make_quarter("cleaned_loans", B)
    behind = platform.run("split_plan")
    assert not behind.success
    assert "is not read, as" in cause(behind)
    assert "run its checks" in cause(behind)


def made(**at: int) -> dict[str, Publication]:
    """Return quarters by letter, each published at a second."""
    return {
        quarter: Publication(f"v-{second}", datetime.fromtimestamp(second, UTC))
        for quarter, second in zip((A, B), at.values(), strict=False)
    }


def test_quarters_are_judged_apart() -> None:
    """The newest verdict that has seen a quarter counts, and no other."""
    both = made(a=1, b=2)
    whole = Verdict(began=3, broken=frozenset({A, B}))
    mended = Verdict(began=4, judged=frozenset({B}))
    assert unsound([whole], both) == ({A, B}, frozenset())
    assert unsound([mended, whole], both) == ({A}, frozenset())
    assert unsound([mended, whole], {B: both[B]}) == (frozenset(), frozenset())


def test_a_verdict_on_the_whole_table_speaks_of_every_quarter() -> None:
    """A failed check that tells no quarters apart refuses them all; one that passes, none."""
    failed, passed = Verdict(began=3, broken=None), Verdict(began=3)
    assert unsound([failed, passed], made(a=1, b=2)) == ({A, B}, frozenset())
    assert unsound([passed, failed], made(a=1, b=2)) == (frozenset(), frozenset())


def test_a_check_that_began_before_has_not_seen_what_was_published_since() -> None:
    """A watch that read the old table says nothing of the new one, however late it answers."""
    watch, own = Verdict(began=2), Verdict(began=4, broken=None)
    assert unsound([watch], made(a=3)) == (frozenset(), {A})
    assert unsound([watch, own], made(a=3)) == ({A}, frozenset())
    assert unsound([watch, Verdict(began=4)], made(a=3)) == (frozenset(), frozenset())


def test_a_step_that_makes_and_judges_speaks_of_its_own_version() -> None:
    """It began before it published, and of what another run publishes it says nothing."""
    own = Verdict(began=2, version="v-3")
    assert unsound([own], made(a=3)) == (frozenset(), frozenset())
    assert unsound([own], made(a=5)) == (frozenset(), {A})


def test_silence_is_no_verdict() -> None:
    """What nobody has judged is not sound."""
    assert unsound([], made(a=1)) == (frozenset(), {A})


def test_a_version_that_dagster_never_heard_of_is_not_read(platform: SmallPlatform) -> None:
    """A process killed between publishing and reporting leaves a version that nobody judged."""
    platform.land()
    store = TableStore(platform.settings.tables_root)
    rows = store.dataset("raw_loans").to_table()
    with store.new_version("raw_loans") as version:
        folder = version.folder / "issue_quarter=2016-01-01"
        folder.mkdir()
        pq.write_table(rows, folder / "part.parquet")
        version.parts = quarter_folders(version.folder)
    behind = platform.run("cleaned_loans")
    assert not behind.success
    assert "raw_loans is not read, as" in cause(behind)
    assert "did not judge it since it was made" in cause(behind)


def test_a_quarter_retried_from_failure_goes_on(platform: SmallPlatform) -> None:
    """Its checks run anew over one partition, and what they passed is read."""
    platform.land()
    job = platform.definitions.resolve_job_def("refresh_platform")
    checked = job.get_subset(
        asset_selection=set(),
        asset_check_selection={
            dg.AssetCheckKey(dg.AssetKey("raw_loans"), name)
            for name in ("no_vintage_has_a_hole", "files_name_each_loan_once")
        },
    )
    tags = {"dagster/partition": B}
    assert checked.execute_in_process(instance=platform.instance, tags=tags).success
    platform.make_quarter("cleaned_loans", B)


def test_an_error_names_a_few_quarters() -> None:
    """Three of them, and how many there are beside."""
    quarters = (A, "2015-04-01", "2015-07-01", "2015-10-01", B)
    assert "(2015-01-01, 2015-04-01, 2015-07-01 and 2 more)" in str(
        RefusedTableError("cleaned_loans", "labels_are_known", quarters)
    )
    assert "did not judge it since it was made: run" in str(
        UnjudgedTableError("cleaned_loans", "labels_are_known")
    )
