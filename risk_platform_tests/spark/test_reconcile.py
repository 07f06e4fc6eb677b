"""Every raw loan is found again, in loans and in USD: cleaned, superseded, or lost and named."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from risk_platform.orchestration.checks.reconciled import loans_are_there
from risk_platform.orchestration.landed import records_accounted
from risk_platform.sources.report import FileReport
from risk_platform.spark.queries import Engine, Query, duckdb_query, spark_query
from risk_platform.spark.reconcile import Fate, Total, control_totals, fates

# File, record, id, amount.
Row = tuple[str, int, str, str]
RAW: Sequence[Row] = (
    ("a", 1, " 1", "1000.0"),
    ("a", 2, "2", " 2000"),
    ("a", 3, "3", "3e3"),
    ("b", 1, "2", "2500.5"),
    ("b", 2, "4", "4000"),
)
Opened = Callable[[Sequence[tuple[str, int, str, float]]], AbstractContextManager[Query]]


@pytest.fixture(params=list(Engine))
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Return what opens the raw loans beside cleaned ones, for queries of one engine."""

    def write(name: str, rows: Sequence[tuple[object, ...]]) -> list[str]:
        names = ("source_file", "source_record", "id", "loan_amnt")
        path = tmp_path / f"{name}.parquet"
        pq.write_table(pa.table(dict(zip(names, zip(*rows, strict=True), strict=True))), path)
        return [str(path)]

    def open_both(cleaned: Sequence[tuple[str, int, str, float]]) -> AbstractContextManager[Query]:
        raw, others = write("raw", RAW), write("cleaned", cleaned)
        if request.param is Engine.DUCKDB:
            return duckdb_query(raw, others)
        spark: SparkSession = request.getfixturevalue("spark")
        return spark_query(raw, spark, others)

    return open_both


CLEANED = [
    ("a", 1, "1", 1000.0),
    ("a", 3, "3", 3000.0),
    ("b", 1, "2", 2500.5),
    ("b", 2, "4", 4000.0),
]


@pytest.fixture
def whole(opened: Opened) -> Iterator[Query]:
    """Return the raw loans beside the newest of each."""
    with opened(CLEANED) as query:
        yield query


def test_each_file_has_its_control_total(whole: Query) -> None:
    """Its loans, and the sum of their amounts, however they are written."""
    assert control_totals(whole) == {"a": Total(3, 6000.0), "b": Total(2, 6500.5)}


def test_a_newer_row_of_the_same_loan_supersedes(whole: Query) -> None:
    """D14: the older row is counted, in loans and in USD, and named."""
    found = fates(whole)
    assert found == {
        "cleaned": Fate(Total(4, 10_500.5), 10_500.5, []),
        "superseded": Fate(Total(1, 2000.0), 0.0, ["2"]),
    }
    judged = loans_are_there(found, 4)
    assert judged.passed
    assert judged.metadata["raw_usd"].value == 12_500.5
    assert judged.metadata["superseded_usd"].value == 2000.0


def test_a_loan_of_which_no_row_is_cleaned_is_lost(opened: Opened) -> None:
    """The sentence says how many, of how much, and which."""
    with opened(CLEANED[:2]) as query:
        judged = loans_are_there(fates(query), 2)
    assert not judged.passed
    assert judged.description == (
        "3 raw loans of 8,500 USD are neither among the cleaned loans nor replaced by a newer row "
        "of the same loan. Loans: 2, 4."
    )
    assert judged.metadata["sample_ids"].value == "2, 4"


@pytest.mark.parametrize(("rows", "usd"), [(5, 4000.0), (4, 3999.0)], ids=["row", "dollar"])
def test_more_loans_or_other_amounts_do_not_pass(opened: Opened, rows: int, usd: float) -> None:
    """Nothing is made up, and no dollar changes."""
    with opened([*CLEANED[:3], ("b", 2, "4", usd)]) as query:
        judged = loans_are_there(fates(query), rows)
    assert not judged.passed
    assert "raw loans that are the newest are 4 loans of 10,500.50 USD" in str(judged.description)


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
