"""Columns with marks have an indicator each, with a name of its own."""

from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.document import render_columns
from risk_platform.contract.marks import INDICATORS, MARKED, indicator_of


def test_every_column_with_marks_has_an_indicator() -> None:
    """They follow from the contract, and from nothing else."""
    assert {column.name for column in BY_NAME.values() if column.nulls} == {
        column.name for column in MARKED
    }
    assert INDICATORS["dti_was_marked"] is BY_NAME["dti"]


def test_an_indicator_bears_no_name_of_the_contract() -> None:
    """It would stand in a table twice."""
    assert not INDICATORS.keys() & BY_NAME.keys()


def test_the_page_of_the_columns_names_every_indicator() -> None:
    """With the column and the texts that it speaks of."""
    lines = render_columns().splitlines()
    for column in MARKED:
        [line] = [line for line in lines if f"`{indicator_of(column)}`" in line]
        assert all(f"`{text}`" in line for text in (column.name, *column.nulls))
