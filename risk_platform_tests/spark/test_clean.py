"""Raw text becomes typed columns, each loan once, from the newest snapshot."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np
from pyspark.sql import SparkSession

from risk_platform.spark.clean import CLEANED_SCHEMA, SNAPSHOT, clean_loans
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.survey import superseded_records, survey
from risk_platform_tests.made import made

RawParts = Callable[[Sequence[Mapping[str, str]]], PartFiles]
MARCH = date(2019, 3, 1)


def cleaned(spark: SparkSession, raw: PartFiles) -> list[dict[str, object]]:
    """Return the cleaned loans of a raw table, each file with its own snapshot."""
    snapshots, replaced = survey(spark, raw)
    cleaned = clean_loans(raw, snapshots, superseded_records(replaced))
    return made(cleaned).sort_by("id").to_pylist()


def test_the_columns_and_types_are_those_of_the_contract(raw_parts: RawParts) -> None:
    """Beside the contract stand file, record and snapshot."""
    table = made(clean_loans(raw_parts([{}]), {"a.csv": MARCH}, {}))
    assert table.schema == CLEANED_SCHEMA
    assert table.num_rows == 1


def test_a_loan_of_two_files_is_kept_from_the_newest_snapshot(
    spark: SparkSession, raw_parts: RawParts
) -> None:
    """The older file stands last in the alphabet and in the table, and yet it is superseded."""
    newer = {"source_file": "a.csv", "loan_status": "Fully Paid", "last_pymnt_d": "Mar-2019"}
    older = {"source_file": "b.csv", "loan_status": "Current", "last_pymnt_d": "Jan-2018"}
    raw = raw_parts([newer, older | {"last_credit_pull_d": "Jan-2018"}])
    assert [row["loan_status"] for row in cleaned(spark, raw)] == ["Fully Paid"]


def test_blanks_around_an_id_do_not_make_another_loan(
    spark: SparkSession, raw_parts: RawParts
) -> None:
    """Rows are told apart by the number, not by how it was written."""
    assert [row["id"] for row in cleaned(spark, raw_parts([{"id": "7"}, {"id": " 7 "}]))] == ["7"]


def test_only_the_file_of_a_superseded_record_loses_it(raw_parts: RawParts) -> None:
    """Each file counts its records anew, so that two of them have a first one."""
    raw = raw_parts([{"id": "1"}, {"id": "2", "source_file": "b.csv"}])
    snapshots = {"a.csv": MARCH, "b.csv": MARCH}
    table = made(clean_loans(raw, snapshots, {"b.csv": np.array([1, 2]), "c.csv": np.array([1])}))
    assert table["id"].to_pylist() == ["1"]


def test_each_loan_carries_the_snapshot_of_its_own_file(
    spark: SparkSession, raw_parts: RawParts
) -> None:
    """A younger file says nothing about how long the loans of an older one were observed."""
    rows = [
        {"id": "1", "source_file": "a.csv", "last_pymnt_d": "Jan-2017"},
        {"id": "2", "source_file": "b.csv", "last_pymnt_d": "Jan-2019"},
    ]
    raw = raw_parts([row | {"last_credit_pull_d": "Dec-2016"} for row in rows])
    assert [row[SNAPSHOT] for row in cleaned(spark, raw)] == [date(2017, 1, 1), date(2019, 1, 1)]
