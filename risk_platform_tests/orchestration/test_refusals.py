"""Refusals: what did not pass its blocking checks goes no further, in whatever run."""

import csv
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from pyspark.sql import SparkSession

from risk_platform.errors.tables import RefusedTableError, UnjudgedTableError
from risk_platform.orchestration.alerts import first_cause
from risk_platform.orchestration.refusals import Verdict, unsound
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


def test_quarters_are_judged_apart() -> None:
    """The newest verdict that speaks of a quarter counts, and no other."""
    made = {A: 1, B: 2}
    whole = Verdict(seen=2, broken=frozenset({A, B}))
    mended = Verdict(seen=3, judged=frozenset({B}))
    assert unsound([whole], made) == ({A, B}, frozenset())
    assert unsound([mended, whole], made) == ({A}, frozenset())
    assert unsound([mended, whole], {B: 2}) == (frozenset(), frozenset())


def test_a_verdict_on_the_whole_table_speaks_of_every_quarter() -> None:
    """A failed check that tells no quarters apart refuses them all; one that passes, none."""
    failed, passed = Verdict(seen=2, broken=None), Verdict(seen=2)
    assert unsound([failed, passed], {A: 1, B: 2}) == ({A, B}, frozenset())
    assert unsound([passed, failed], {A: 1, B: 2}) == (frozenset(), frozenset())


def test_a_quarter_that_was_made_anew_waits_for_its_judge() -> None:
    """What was seen before does not speak of what was made after; nor does silence."""
    seen = Verdict(seen=1)
    assert unsound([seen], {A: 1, B: 2}) == (frozenset(), {B})
    assert unsound([], {A: 1}) == (frozenset(), {A})


def test_an_error_names_a_few_quarters() -> None:
    """Three of them, and how many there are beside."""
    quarters = (A, "2015-04-01", "2015-07-01", "2015-10-01", B)
    assert "(2015-01-01, 2015-04-01, 2015-07-01 and 2 more)" in str(
        RefusedTableError("cleaned_loans", "labels_are_known", quarters)
    )
    assert "did not judge it since it was made: run" in str(
        UnjudgedTableError("cleaned_loans", "labels_are_known")
    )
