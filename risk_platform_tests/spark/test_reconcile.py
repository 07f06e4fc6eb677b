"""Every raw loan is found again, in loans and in USD: cleaned, superseded, or lost and named."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from risk_platform.orchestration.checks.reconciled import loans_are_there
from risk_platform.orchestration.findings import BROKEN
from risk_platform.orchestration.landed import records_accounted
from risk_platform.sources.report import FileReport
from risk_platform.spark.queries import Engine, Query, duckdb_query, spark_query
from risk_platform.spark.reconcile import Fate, Total, control_totals, fates

# File, record, id, amount; by quarter.
Rows = Mapping[str, Sequence[tuple[str, int, str, object]]]
OLD, NEW = "2015-10-01", "2016-01-01"
RAW: Rows = {
    OLD: [("a", 1, " 1", "1000.0"), ("a", 2, "2", " 2000"), ("a", 3, "3", "3e3")],
    NEW: [("b", 1, "2", "2500.5"), ("b", 2, "4", "4000")],
}
CLEANED: Rows = {
    OLD: [("a", 1, "1", 1000.0), ("a", 3, "3", 3000.0)],
    NEW: [("b", 1, "2", 2500.5), ("b", 2, "4", 4000.0)],
}
ROWS = {OLD: 2, NEW: 2}
Opened = Callable[[Rows, Rows], AbstractContextManager[Query]]


def written(folder: Path, table: Rows) -> Mapping[str, list[str]]:
    """Write a table, and return the files of its parts."""
    folder.mkdir()
    names, files = ("source_file", "source_record", "id", "loan_amnt"), dict[str, list[str]]()
    for part, rows in table.items():
        path = folder / f"{part}.parquet"
        pq.write_table(pa.table(dict(zip(names, zip(*rows, strict=True), strict=True))), path)
        files[part] = [str(path)]
    return files


@pytest.fixture(params=list(Engine))
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Return what opens raw loans beside cleaned ones, for queries of one engine."""

    def open_both(raw: Rows, cleaned: Rows) -> AbstractContextManager[Query]:
        files, others = written(tmp_path / "raw", raw), written(tmp_path / "cleaned", cleaned)
        if request.param is Engine.DUCKDB:
            return duckdb_query(files, others)
        spark: SparkSession = request.getfixturevalue("spark")
        return spark_query(files, spark, others)

    return open_both


def broken(judged: dg.AssetCheckResult) -> object:
    """Return the quarters that a check found broken."""
    return judged.metadata[BROKEN].value


def test_each_file_has_its_control_total(opened: Opened) -> None:
    """Its loans, and the sum of their amounts, however they are written."""
    with opened(RAW, CLEANED) as query:
        assert control_totals(query) == {"a": Total(3, 6000.0), "b": Total(2, 6500.5)}


def test_a_newer_row_of_the_same_loan_supersedes(opened: Opened) -> None:
    """D14: the older row is counted, in loans and in USD, and named; in whatever quarter."""
    with opened(RAW, CLEANED) as query:
        found = fates(query)
    assert found.of == {
        OLD: {
            "cleaned": Fate(Total(2, 4000.0), 4000.0),
            "superseded": Fate(Total(1, 2000.0), 0.0),
        },
        NEW: {"cleaned": Fate(Total(2, 6500.5), 6500.5)},
    }
    judged = loans_are_there(found, ROWS)
    assert judged.passed
    assert broken(judged) == []
    assert judged.metadata["raw_usd"].value == 12_500.5
    assert judged.metadata["superseded_usd"].value == 2000.0
    assert judged.metadata["superseded_sample_ids"].value == "2"


def test_a_loan_of_which_no_row_is_cleaned_is_lost(opened: Opened) -> None:
    """The sentence says how many, of how much, and which."""
    with opened(RAW, {**CLEANED, NEW: [("b", 9, "5", 1.0)]}) as query:
        judged = loans_are_there(fates(query), {OLD: 2, NEW: 0})
    assert not judged.passed
    assert judged.description == (
        "3 raw loans of 8,500 USD are neither among the cleaned loans nor replaced by a newer row "
        "of the same loan. Loans: 2, 4."
    )
    assert judged.metadata["sample_ids"].value == "2, 4"


def test_only_the_quarter_that_lost_a_loan_is_refused(opened: Opened) -> None:
    """The others are read by the next run."""
    with opened(RAW, {**CLEANED, NEW: CLEANED[NEW][:1]}) as query:
        judged = loans_are_there(fates(query), {OLD: 2, NEW: 1})
    assert (judged.passed, broken(judged)) == (False, [NEW])


@pytest.mark.parametrize(("rows", "usd"), [(3, 4000.0), (2, 3999.0)], ids=["row", "dollar"])
def test_more_loans_or_other_amounts_do_not_pass(opened: Opened, rows: int, usd: float) -> None:
    """Nothing is made up, and no dollar changes; the quarter is named."""
    with opened(RAW, {**CLEANED, NEW: [("b", 1, "2", 2500.5), ("b", 2, "4", usd)]}) as query:
        judged = loans_are_there(fates(query), {OLD: 2, NEW: rows})
    assert (judged.passed, broken(judged)) == (False, [NEW])
    told = "2016-Q1: raw loans that are the newest are 2 loans of 6,500.50 USD"
    assert told in str(judged.description)


def test_a_record_number_that_another_loan_had_cleans_no_loan(opened: Opened) -> None:
    """D18: a file was landed again under its name; loan 9 has the place of loan 1, and is lost."""
    raw = {OLD: [("a", 1, "9", "1000"), ("a", 2, "2", "2000")]}
    cleaned = {OLD: [("a", 1, "1", 1000.0), ("a", 2, "2", 2000.0)]}
    with opened(raw, cleaned) as query:
        found = fates(query)
    assert found.total("lost") == Total(1, 1000.0)
    assert found.sample_ids["lost"] == ["9"]


def test_a_quarter_that_is_cleaned_again_meets_its_own_rows_alone(opened: Opened) -> None:
    """D18: rows of other quarters, cleaned of the file as it was, have the numbers of its rows."""
    raw = {NEW: [("a", 1, "3", "3000"), ("a", 2, "4", "4000")]}
    before = [("a", 1, "1", 1000.0), ("a", 2, "2", 2000.0), ("a", 1, "3", 3000.0)]
    cleaned = {OLD: before, NEW: [("a", 1, "3", 3000.0), ("a", 2, "4", 4000.0)]}
    with opened(raw, cleaned) as query:
        assert loans_are_there(fates(query), {NEW: 2}, [NEW]).passed


def test_a_quarter_that_no_raw_loan_is_of_any_more_is_not_forgotten(opened: Opened) -> None:
    """Its cleaned loans come from nowhere."""
    with opened({OLD: RAW[OLD], NEW: RAW[NEW]}, {**CLEANED, "2016-04-01": CLEANED[NEW]}) as query:
        judged = loans_are_there(fates(query), {**ROWS, "2016-04-01": 2})
    assert (judged.passed, broken(judged)) == (False, ["2016-04-01"])


@pytest.mark.parametrize(
    ("published", "passes"),
    [
        ({"a.csv": Total(3, 6000.0)}, True),
        ({"a.csv": Total(2, 6000.0)}, False),
        ({"a.csv": Total(3, 5999.0)}, False),
        ({}, False),
    ],
    ids=["the same", "a loan less", "a dollar less", "none"],
)
def test_what_is_published_is_what_was_read(
    published: Mapping[str, Total], *, passes: bool
) -> None:
    """In loans and in USD, file by file; the sentence names the file and both totals."""
    report = FileReport(
        file="a.csv",
        sha256="",
        columns=1,
        ignored=(),
        absent=(),
        records=3,
        recounted=3,
        loans=3,
        amount_usd=6000.0,
        no_loan={},
        quarantined={},
    )
    judged = records_accounted([report], published)
    assert judged.passed is passes
    assert passes or str(judged.description).startswith(
        "a.csv holds 3 loans of 6,000.00 USD, and the published table "
    )


def test_totals_see_the_smallest_loan_among_all() -> None:
    """Five hundred dollars of forty-four billion; what sums differ by in another order is less."""
    usd = 44e9
    assert not Total(1, usd).agrees(Total(1, usd - 500))
    assert Total(1, usd).agrees(Total(1, usd * (1 + 1e-13)))
