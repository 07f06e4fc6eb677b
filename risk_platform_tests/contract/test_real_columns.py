"""Real files keep to the contract: their headers, labels, ranges and first months."""

import csv
import gzip
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from risk_platform.contract.column import Column
from risk_platform.contract.columns import BY_NAME, LOANS, canonical_name
from risk_platform.contract.layouts import LAYOUT_2018
from risk_platform.features.parse import parse_value

REPOSITORY = Path(__file__).parents[2]
REAL_LOANS = REPOSITORY / os.environ.get("RISK_REAL_LOANS", "../shared/lendingclub")
OUTSIDE_AT_MOST = 0.005

Values = Mapping[str, Counter[str]]


@pytest.fixture(scope="module")
def real_files() -> list[Path]:
    """List the files of real loans, which are not part of the repository."""
    files = sorted(REAL_LOANS.glob("*.csv.gz"))
    if not files:
        pytest.skip(f"no real loans in {REAL_LOANS} (RISK_REAL_LOANS)")
    return files


@pytest.fixture(scope="module")
def real_values(real_files: list[Path]) -> Values:
    """Count every text that each column holds in the real files."""
    values = {column.name: Counter[str]() for column in LOANS}
    for loan in (loan for file in real_files for loan in read_loans(file)):
        for header, text in loan.items():
            name = canonical_name(header)
            if name and text:
                values[name][text] += 1
    return values


def read_loans(file: Path) -> Iterator[dict[str, str]]:
    """Read the loans of a file; footers have no month of issue."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        yield from (row for row in csv.DictReader(lines) if row["issue_d"])


def read_header(file: Path) -> list[str]:
    """Read the first line of a file."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return next(csv.reader(lines))


def is_readable(column: Column, text: str) -> bool:
    """Whether a text is a value of its column."""
    try:
        parse_value(column, text)
    except ValueError:
        return False
    return True


def is_outside(column: Column, text: str) -> bool:
    """Whether a text of a number column is a number outside the plausible range."""
    value = parse_value(column, text)
    if not isinstance(value, float) or column.low is None or column.high is None:
        return False
    return not column.low <= value <= column.high


def issue_month(loan: dict[str, str]) -> str:
    """Return a loan's month of issue as ``YYYY-MM``."""
    months = parse_value(BY_NAME["issue_d"], loan["issue_d"])
    assert isinstance(months, float)
    return f"{1970 + int(months) // 12}-{int(months) % 12 + 1:02d}"


def test_every_header_of_the_real_files_is_in_the_contract(real_files: list[Path]) -> None:
    """Layouts of 56, 74 and 151 columns are read alike."""
    headers = {header for file in real_files for header in read_header(file)}
    assert {header for header in headers if canonical_name(header) is None} == set()


def test_the_real_files_of_151_columns_have_the_official_order(real_files: list[Path]) -> None:
    """The order of the contract is LendingClub's."""
    full = [header for header in map(read_header, real_files) if len(header) == len(LAYOUT_2018)]
    assert full
    assert all(tuple(header) == LAYOUT_2018 for header in full)


@pytest.mark.parametrize("column", LOANS, ids=lambda column: column.name)
def test_every_real_value_can_be_read(column: Column, real_values: Values) -> None:
    """Labels and spellings, months, terms and numbers: none of a real loan is set aside."""
    unreadable = [text for text in real_values[column.name] if not is_readable(column, text)]
    assert unreadable == []


@pytest.mark.parametrize(
    "column", [c for c in LOANS if c.low is not None], ids=lambda column: column.name
)
def test_hardly_any_real_value_is_outside_its_range(column: Column, real_values: Values) -> None:
    """At least 99.5 % of the values of real loans are plausible."""
    values = real_values[column.name]
    outside = sum(times for text, times in values.items() if is_outside(column, text))
    assert outside <= OUTSIDE_AT_MOST * values.total()


def test_no_real_loan_has_a_value_before_its_column_began(real_files: list[Path]) -> None:
    """``since`` is no later than the first issue month that holds a value."""
    too_early = {
        (name, loan["issue_d"])
        for file in real_files
        for loan in read_loans(file)
        for name in loan.keys() & {column.name for column in LOANS if column.since}
        if loan[name] and issue_month(loan) < BY_NAME[name].since
    }
    assert too_early == set()
