"""The contract as a page to read: ``docs/columns.md`` is what this renders, and a test says so."""

from collections import Counter

from risk_platform.contract.column import Applicants, Block, Column, Timing
from risk_platform.contract.columns import LOANS
from risk_platform.contract.layouts import LAYOUT_2018, LAYOUT_2020
from risk_platform.contract.marks import INDICATORS

# A longer vocabulary (states, sub-grades) is told by its ends and its size.
_LABELS_IN_FULL = 16

# Of nearly every column at most this share of a vintage's loans may be without a value.
_USUALLY_LACKING = 0.01

# By class: when it is known, and who may read it.
_READERS = {
    Timing.APPLICATION: ("when the borrower applies", "every model"),
    Timing.PRICING: ("when the lender approves", "models whose protocol allows it"),
    Timing.OUTCOME: ("after that decision", "no model; outcomes, reports and checks"),
    Timing.METADATA: ("with the file", "no model; `issue_d` alone, to date the ages"),
}

_TITLE = "# The columns of a loan"
_NOTE = (
    "<!-- Rendered by `risk-platform columns > docs/columns.md`: change the contract instead. -->"
)
_INTRODUCTION = f"""\
The contract has {len(LOANS)} columns. LendingClub's file of 2007 to 2018 holds \
{len(LAYOUT_2018)} of them; its file of 2007 to 2020 holds {len(LAYOUT_2020) - 1}, after an index \
without a name. Files are read by the names in their header, never by position: another name \
that a file may use stands under the column's own."""
_TIMINGS = """\
Every column is of one class, which says when its value comes to be known. A feature made of \
several columns is of the latest class among them."""
_TABLES = """\
In the tables below, *filled* is the span of issue months in which LendingClub filled a column \
(empty: always), for whom, and which share of a quarter's loans may be without it (1 % where \
nothing is said); *allowed* is its plausible range or its labels. An empty field is null; so is a \
text that *allowed* lists as null."""

_MARKS = """\
These texts stand where a value would, and mean that there is none: the value is null, and the \
cleaned table says in a boolean column, which is never null, where a mark stood."""


def render_columns() -> str:
    """Render the whole contract as Markdown, block by block, each column on one line."""
    blocks = [_block(block) for block in Block]
    parts = [_TITLE, _NOTE, _INTRODUCTION, _timings(), *blocks, _marks(), _spellings()]
    return "\n\n".join(parts) + "\n"


def _timings() -> str:
    sizes = Counter(column.known for column in LOANS)
    rows = [
        (f"`{timing.value}`", when, reader, str(sizes[timing]))
        for timing, (when, reader) in _READERS.items()
    ]
    table = _table(("class", "known", "read by", "columns"), rows)
    return f"## Who may read what\n\n{_TIMINGS}\n\n{table}\n\n{_TABLES}"


def _block(block: Block) -> str:
    columns = [column for column in LOANS if column.block is block]
    title = f"## {block.value.capitalize()}: {len(columns)} columns"
    header = ("column", "type", "unit", "known", "filled", "allowed", "meaning")
    return f"{title}\n\n{_table(header, [_row(column) for column in columns])}"


def _marks() -> str:
    rows = [
        (f"`{indicator}`", f"`{column.name}`", column.known.value, _nulls(column))
        for indicator, column in INDICATORS.items()
    ]
    table = _table(("indicator", "of", "known", "true where the text was"), rows)
    return f"## Marks: {len(rows)} columns\n\n{_MARKS}\n\n{table}"


def _spellings() -> str:
    rows = [
        (f"`{column.name}`", f"`{spelling}`", f"`{label}`")
        for column in LOANS
        for spelling, label in column.spellings
    ]
    table = _table(("column", "as older files spell it", "label"), rows)
    return f"## Other spellings: {len(rows)}\n\n{table}"


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _row(column: Column) -> tuple[str, ...]:
    return (
        "<br>".join(f"`{name}`" for name in (column.name, *column.aliases)),
        column.dtype.value,
        column.unit,
        column.known.value,
        _filled(column),
        "; ".join(filter(None, (_range(column), _labels(column), _null(column)))),
        column.about,
    )


def _filled(column: Column) -> str:
    ends = (("from", column.since), ("to", column.until))
    months = " ".join(f"{word} {month}" for word, month in ends if month)
    asked = "" if column.asked_of is Applicants.ALL else f"{column.asked_of} only"
    lacking = "" if column.may_lack == _USUALLY_LACKING else f"{column.may_lack:.0%} may lack it"
    return "; ".join(filter(None, (months, asked, lacking)))


def _range(column: Column) -> str:
    if column.low is None or column.high is None:
        return ""
    return f"{column.low:,} to {column.high:,}"


def _labels(column: Column) -> str:
    labels = [f"`{label}`" for label in column.labels]
    if len(labels) > _LABELS_IN_FULL:
        return f"{labels[0]} … {labels[-1]} ({len(labels)} labels)"
    return ", ".join(labels)


def _null(column: Column) -> str:
    return f"null: {_nulls(column)}" if column.nulls else ""


def _nulls(column: Column) -> str:
    return ", ".join(f"`{mark}`" for mark in column.nulls)
