"""A table's texts are read as the parser reads them one by one, and as fast as Arrow can."""

from datetime import date

import pyarrow as pa
import pytest

from risk_platform.contract.column import Column, DType
from risk_platform.contract.columns import BY_NAME, LOANS
from risk_platform.features.parse import parse_value
from risk_platform.spark.typed import ARROW_TYPES, type_texts

# fmt: off
NUMBERS = (
    "0", "-0.0", "7", "007", "7.0", "+7", "-1", "-1.0", ".5", "5.", "1e3", "1E-3", "2.5E+2",
    "0.1", "2147483647", "1e-400", "4.9e-324",
    "999", "999.0", "9.99e2", "36", "36.0", "13.75%", " 13.75%", "13.75 %", "0%", "-1%", "999%",
)
# At and beyond what a column of whole numbers holds.
LARGE = ("2147483648", "9007199254740993", "18446744073709551616", "1e30", "1.7976931348623157e308")
PERIODS = (
    " 36 months", "60 months", "36.0", "36.00 months", "036 months",
    "< 1 year", "1 year", "10+ years", "10+ year", "2 years", "2.0", "n/a",
)
MONTHS = (
    "Dec-2011", "dec-2011", "DEC-2011", "Jan-2007", "Sep-1969", "Jan-1900", "Dec-11", "Dec-5",
    "Jan-00", "Jan-20", "Jan-21", "Jan-62", "Feb-99", "11-Dec", "1-Jan", "0-Jan", "62-jan",
    "2011-12", "2011-12-01", "2011-12-31", "201112", "20111231", "1969-01-01", "20111201T000000",
    "2011-12-01T", "2011-12-01T00:00:00.000",
)
WORDS = (
    "", " ", "   ", "N/A", "NULL", "None", "nan", "%", "-", "'quoted'", 'say "hi"', "two\nlines",
    "\ttab", "Zoë Ünal", "Zoe\u0308 Unal", "\u212b", "日本", "a  b", "trailing ",
    " leading", "1_000", "1,000", "$5",
)
# fmt: on
# One column for each way of reading: what else a column says does not change its values.
READ_APART = tuple({(c.dtype, c.labels, c.spellings, c.nulls): c for c in LOANS}.values())


def accepts(column: Column, text: str) -> bool:
    """Whether the parser reads a text; a table calls the rest bad."""
    try:
        parse_value(column, text)
    except ValueError:
        return False
    return True


def corpus() -> list[str]:
    """Return awkward texts, and every label and spelling of the contract with blanks around it."""
    labels = [label for column in LOANS for label in column.labels]
    spellings = [spelling for column in LOANS for spelling, _ in column.spellings]
    words = sorted({*labels, *spellings})
    blanks = [f"  {text} " for text in (*NUMBERS, *PERIODS, *MONTHS, *words)]
    return [*NUMBERS, *LARGE, *PERIODS, *MONTHS, *WORDS, *words, *blanks]


def as_parsed(value: object) -> object:
    """Return a value of a table in the parser's terms: months since 1970 for a date."""
    if isinstance(value, date):
        return float((value.year - 1970) * 12 + value.month - 1)
    return float(value) if isinstance(value, int) else value


def typed(column: Column, texts: list[str | None]) -> tuple[list[object], list[bool]]:
    """Return a column's values in the parser's terms, and which texts were bad."""
    found = type_texts(column, pa.array(texts, pa.string()))
    assert found.values.type == ARROW_TYPES[column.dtype]
    bad = [False] * len(texts) if found.bad is None else found.bad.to_pylist()
    return [as_parsed(value) for value in found.values.to_pylist()], bad


@pytest.mark.parametrize("column", READ_APART, ids=lambda column: column.name)
def test_a_table_is_read_as_the_parser_reads_it(column: Column) -> None:
    """All texts at once: each value, each null and each bit, and what is bad is null."""
    texts = [*corpus(), None]
    values, bad = typed(column, list(texts))
    accepted = [text is None or accepts(column, text) for text in texts]
    assert bad == [not is_accepted for is_accepted in accepted]
    wanted = [
        parse_value(column, text) if is_accepted else None
        for text, is_accepted in zip(texts, accepted, strict=True)
    ]
    assert values == wanted


@pytest.mark.parametrize("column", READ_APART, ids=lambda column: column.name)
def test_a_text_is_read_alike_alone_and_among_others(column: Column) -> None:
    """Whether the quick way is taken depends on the other texts; the value never does."""
    for text in corpus():
        wanted = parse_value(column, text) if accepts(column, text) else None
        assert typed(column, [text]) == ([wanted], [not accepts(column, text)])


@pytest.mark.parametrize("dtype", DType)
def test_an_empty_batch_stays_empty(dtype: DType) -> None:
    """Of every type."""
    column = next(column for column in LOANS if column.dtype is dtype)
    assert typed(column, []) == ([], [])


def test_plain_numbers_keep_every_bit() -> None:
    """Seventeen digits are read as the nearest double, as Python reads them."""
    texts = ["0.1", "5000.123456789012", "9007199254740991", "1e-7", "-0.0"]
    values, _ = typed(BY_NAME["annual_inc"], list(texts))
    assert [str(value) for value in values] == [str(float(text)) for text in texts]
