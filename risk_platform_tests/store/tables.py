"""What the tests of the table store share: a tiny table to publish, and what a reader sees."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from risk_platform.store.publications import LOG, Publications
from risk_platform.store.tables import TableStore
from risk_platform.store.version import Version

TABLE = "loans"


def write(folder: Path, number: int, column: str = "number") -> Path:
    """Write one row of Parquet."""
    folder.mkdir(exist_ok=True)
    pq.write_table(pa.table({column: [number]}), folder / "part.parquet")
    return folder


def publish(store: TableStore, number: int) -> str:
    """Publish a version without parts, and return its name."""
    with store.new_version(TABLE) as version:
        write(version.folder, number)
    return version.name


def begin(store: TableStore, number: int) -> tuple[Version, ExitStack]:
    """Begin a version and write it; closing the stack publishes it."""
    stack = ExitStack()
    version = stack.enter_context(store.new_version(TABLE))
    write(version.folder, number)
    return version, stack


def publish_parts(store: TableStore, refreshed: Sequence[str], numbers: Mapping[str, int]) -> None:
    """Publish a version that speaks for some parts and wrote some of them."""
    with store.new_version(TABLE, refreshed=refreshed) as version:
        version.parts = {
            part: write(version.folder / part, number) for part, number in numbers.items()
        }


def numbers(
    store: TableStore, parts: Sequence[str] | None = None, version: str | None = None
) -> list[int]:
    """Read the rows of a table's version."""
    return store.dataset(TABLE, parts, version).to_table()["number"].to_pylist()


def versions_on_disk(store: Publications) -> set[str]:
    """Return what stands in the table's folder, beside its log."""
    return {path.name for path in (Path(store.root) / TABLE).iterdir()} - {LOG}


def is_linear(store: Publications) -> bool:
    """Tell whether each publication stands on the one before it, and follows its own claim."""
    history = store.history(TABLE)
    bases = [entry.base for entry in history]
    numbers = [entry.number for entry in history]
    claimed = [int(entry.version.split("-")[1]) + 1 for entry in history]
    return bases == [*numbers[1:], 0] and numbers == claimed == sorted(numbers, reverse=True)
