"""Each case of bad data that was agreed on is a test, and is found by its name.

The docstring of a test begins with the cases that it shows, as ``D5: …`` or ``D5, D12: …``;
``git grep -w 'D5[:,]'`` finds both. What the cases are is said here alone.
"""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CASES = {
    "D1": "footers and summary lines amid the records",
    "D2": "a header that comes again",
    "D3": "a field too many; a comma that is not quoted",
    "D4": "a line break within quotes",
    "D5": "a quote that is never closed",
    "D6": "columns in another order",
    "D7": "a column that is missing or renamed",
    "D8": "a column that is new",
    "D9": "Latin-1, and bytes that are no text",
    "D10": "UTF-16, a byte order mark, other line ends",
    "D11": "archives that are cut, or are none",
    "D12": "numbers and dates that cannot be, and marks such as 999",
    "D13": "numbers in words of their own: percent signs, commas, n/a",
    "D14": "a loan, or a file, that is delivered twice",
    "D15": "letters of every kind, and a megabyte of them",
    "D16": "files without a loan, with one, or with bad ones only",
    "D17": "damage at random",
    "D18": "the same input again, and crashes between",
    "D19": "columns that give the outcome away",
    "D20": "loans of the future in the training split",
}
_CASES = re.compile(r"(D\d+(?:, D\d+)*): ")


def cases_of(file: Path) -> dict[str, list[str]]:
    """Return the cases that each test of a file shows."""
    tests = [
        node
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    told = {test.name: _CASES.match(ast.get_docstring(test) or "") for test in tests}
    return {name: found[1].split(", ") for name, found in told.items() if found}


SHOWN = {
    f"{file.relative_to(TESTS)}::{name}": cases
    for file in sorted(TESTS.rglob("test_*.py"))
    for name, cases in cases_of(file).items()
}


@pytest.mark.parametrize("case", CASES)
def test_each_case_is_shown(case: str) -> None:
    """By one test at least."""
    assert [test for test, cases in SHOWN.items() if case in cases], CASES[case]


def test_no_test_shows_a_case_that_there_is_not() -> None:
    """Its number would be mistyped."""
    assert {case for cases in SHOWN.values() for case in cases} == set(CASES)
