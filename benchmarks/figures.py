"""Figures: what a benchmark found, as a table for a person and as JSON for a file."""

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

FOLDER = Path(__file__).parent / "results"


def show(name: str, rows: Mapping[str, Mapping[str, float | str]]) -> None:
    """Print figures by row and column, and write them to ``benchmarks/results``.

    Where there is no figure a word may stand, such as why there is none.
    """
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    table = Table("", *columns, title=name, title_justify="left")
    for label, row in rows.items():
        table.add_row(label, *(_cell(row.get(c, "")) for c in columns))
    Console().print(table)
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    measured_at = datetime.now(UTC).isoformat(timespec="seconds")
    FOLDER.mkdir(exist_ok=True)
    found = {"name": name, "measured_at": measured_at, "machine": machine, "figures": rows}
    (FOLDER / f"{name}.json").write_text(json.dumps(found, indent=1) + "\n")


def _cell(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,.4g}"
