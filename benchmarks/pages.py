"""Pages: figures in documents stand as the benchmarks have found them, and are never typed.

``python -m benchmarks.pages NAME …`` takes what these benchmarks found last into ``docs/figures``,
and writes all tables in the documents anew. A table stands between two comments::

    <!-- figures {"of": "serving", "columns": ["requests/s"], "rows": "ours*"} -->
    <!-- end of figures -->

Columns and rows are all that there are, in their order, unless some are named.
"""

import re
import shutil
import sys
from collections.abc import Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from benchmarks import figures
from benchmarks.__main__ import NAMES

ROOT = Path(__file__).parent.parent
PUBLISHED = ROOT / "docs" / "figures"
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_TABLE = re.compile(r"<!-- figures (?P<wanted>\{.*?\}) -->\n.*?<!-- end of figures -->", re.DOTALL)


class Machine(msgspec.Struct, frozen=True):
    """Where a benchmark ran."""

    cores: int
    python: str


class Found(msgspec.Struct, frozen=True):
    """What a benchmark found, as ``figures.show`` has written it."""

    name: str
    measured_at: datetime
    machine: Machine
    figures: dict[str, dict[str, float | str]]


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a table shows.

    Parameters
    ----------
    of
        Name of what a benchmark showed.
    columns
        Which, in this order; empty: all.
    rows
        Which, as a pattern with stars; several are parted by bars.
    """

    of: str
    columns: tuple[str, ...] = ()
    rows: str = "*"


def filled(page: str, published: Mapping[str, Found]) -> str:
    """Return a page with its tables as they are to be.

    Raises
    ------
    KeyError
        A table wants what was never published.
    """

    def table(block: re.Match[str]) -> str:
        wanted = msgspec.json.decode(block["wanted"], type=Wanted)
        opening = block[0].partition("\n")[0]
        lines = _lines(published[wanted.of], wanted)
        return "\n".join([opening, *lines, "<!-- end of figures -->"])

    return _TABLE.sub(table, page)


def published() -> dict[str, Found]:
    """Return what stands in ``docs/figures``, by its name."""
    files = sorted(PUBLISHED.glob("*.json"))
    return {path.stem: msgspec.json.decode(path.read_bytes(), type=Found) for path in files}


def _lines(found: Found, wanted: Wanted) -> list[str]:
    patterns = wanted.rows.split("|")
    rows = {
        label: row
        for label, row in found.figures.items()
        if any(fnmatchcase(label, pattern) for pattern in patterns)
    }
    columns = wanted.columns or tuple(dict.fromkeys(name for row in rows.values() for name in row))
    cells = [
        [label, *(_cell(row.get(name, "")) for name in columns)] for label, row in rows.items()
    ]
    table = [["", *columns], ["---"] * (len(columns) + 1), *cells]
    by = f"`python -m benchmarks {_benchmark(found.name)}`"
    on = f"{found.machine.cores} cores, Python {found.machine.python}"
    return [
        "",
        *(f"| {' | '.join(row)} |" for row in table),
        "",
        f"Measured on {found.measured_at:%d %B %Y} by {by} ({on}).",
        "",
    ]


def _benchmark(name: str) -> str:
    """Return which one showed a table: its own name, or the one before what parts several."""
    return next((one for one in NAMES if f"{name}_".startswith(f"{one}_")), name)


def _cell(value: float | str) -> str:
    """Return a figure with three digits that say something, or a word."""
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004


def run(names: list[str]) -> None:
    """Publish what benchmarks found last, and write all tables anew."""
    PUBLISHED.mkdir(exist_ok=True)
    for name in names:
        for path in sorted(figures.FOLDER.glob(f"{name}*.json")):
            shutil.copy(path, PUBLISHED)
    for page in DOCUMENTS:
        page.write_text(filled(page.read_text(), published()))


if __name__ == "__main__":
    run(sys.argv[1:])
