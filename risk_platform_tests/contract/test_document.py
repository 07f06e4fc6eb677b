"""The contract as a page to read."""

from collections import Counter
from pathlib import Path

from risk_platform.contract.columns import LOANS
from risk_platform.contract.document import render_columns

PAGE = Path(__file__).parents[2] / "docs" / "columns.md"


def test_the_page_in_docs_is_the_contract_rendered() -> None:
    """Whoever changes the contract renders ``docs/columns.md`` anew."""
    assert PAGE.read_text(encoding="utf-8") == render_columns()


def test_every_column_stands_on_one_line_with_its_meaning_and_class() -> None:
    """A reader finds each column once, and when its value comes to be known."""
    lines = render_columns().splitlines()
    for column in LOANS:
        found = [line for line in lines if line.endswith(f"| {column.about} |")]
        of_column = [line for line in found if line.startswith(f"| `{column.name}`")]
        assert len(of_column) == 1, column.name
        assert f"| {column.known.value} |" in of_column[0]


def test_every_row_of_a_table_has_as_many_cells_as_its_header() -> None:
    """No text of the contract breaks a table."""
    header = 0
    for line in render_columns().splitlines():
        cells = line.count("|")
        header = 0 if cells == 0 else header or cells
        assert cells == header, line


def test_the_classes_are_counted() -> None:
    """The page says how many columns each class has."""
    page = render_columns()
    for timing, size in Counter(column.known for column in LOANS).items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{timing.value}` |"))
        assert row.endswith(f"| {size} |")
