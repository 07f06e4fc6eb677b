"""A mark such as 999 becomes null, and leaves behind that it was there."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.dataset as pa_dataset
import pytest

from risk_platform.contract.column import Column
from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.marks import INDICATORS, MARKED
from risk_platform.spark.clean import clean_loans
from risk_platform.spark.marks import mark_counts
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.typed import marked, type_texts
from risk_platform_tests.made import made

RawParts = Callable[[Sequence[Mapping[str, str]]], PartFiles]


def indicator(name: str, texts: Sequence[str | None]) -> list[bool]:
    """Return which texts of a column are marks."""
    array = pa.array(texts, pa.string())
    return marked(array, type_texts(BY_NAME[name], array)).to_pylist()


@pytest.mark.parametrize("column", MARKED, ids=lambda column: column.name)
def test_every_mark_is_one_whatever_stands_around_it(column: Column) -> None:
    """D12: blanks do not hide it."""
    texts = [f"{blanks}{mark}{blanks}" for mark in column.nulls for blanks in ("", " ", "   ")]
    assert indicator(column.name, texts) == [True] * len(texts)


@pytest.mark.parametrize(
    ("name", "text"),
    [("dti", "999.0"), ("dti", "999.00%"), ("dti", "9.99e2"), ("dti", "-1.00"), ("dti", "-1")],
)
def test_a_mark_is_one_however_its_number_is_written(name: str, text: str) -> None:
    """Files of 2018 write a decimal point where those of 2014 do not."""
    assert indicator(name, [text]) == [True]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dti", "17.3"),
        ("dti", "0"),
        ("dti", ""),
        ("dti", "   "),
        ("dti", None),
        ("dti", "n/a"),
        ("emp_length", "< 1 year"),
        ("emp_length", "ten years"),
        ("last_fico_range_high", "499.0"),
        ("revol_util", "999"),
        ("emp_title", ""),
    ],
)
def test_what_is_no_mark_is_not_taken_for_one(name: str, text: str | None) -> None:
    """A value, nothing at all, what nobody can read, and a mark of another column."""
    assert indicator(name, [text]) == [False]


def test_a_mark_is_found_among_values_and_nulls() -> None:
    """Each text is judged by itself."""
    found = indicator("dti", ["15.5", "999", None, "", "oops", "-1"])
    assert found == [False, True, False, False, False, True]


def test_an_empty_batch_has_no_indicators() -> None:
    """Nor anything else."""
    assert indicator("dti", []) == []


def test_the_cleaned_table_tells_a_mark_from_what_was_not_given(raw_parts: RawParts) -> None:
    """D12: both are null, and only the one is marked; an indicator itself is never null."""
    raw = raw_parts([{"id": "1", "dti": "999"}, {"id": "2", "dti": ""}, {"id": "3"}])
    rows = made(clean_loans(raw, {"a.csv": date(2019, 3, 1)}, {})).to_pylist()
    assert [(row["dti"], row["dti_was_marked"]) for row in rows] == [
        (None, True),
        (None, False),
        (15.5, False),
    ]
    assert {row[name] for row in rows for name in INDICATORS} == {True, False}


def test_marks_are_counted_by_column() -> None:
    """A column without any has none; a table without indicators has no counts."""
    table = pa.table({"dti_was_marked": [True, False, True], "emp_length_was_marked": [False] * 3})
    assert mark_counts(pa_dataset.dataset(table)) == {"emp_length": 0, "dti": 2}
    assert mark_counts(pa_dataset.dataset(pa.table({"id": ["1"]}))) == {}
