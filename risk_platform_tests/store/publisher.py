"""A process that publishes one table through Spark again and again, and one that reads it.

Run as programs by the tests that kill: ``publish FOLDER TIMES`` and ``watch FOLDER``. Generations
alternate between 1 and 2; every row of a generation says which it is.
"""

import contextlib
import sys
import time
from functools import partial
from itertools import count, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from risk_platform.contract.vintages import quarter_folders
from risk_platform.errors.tables import MissingTableError
from risk_platform.settings import Settings
from risk_platform.spark.partwise import PartFiles, Partwise, write_parts
from risk_platform.spark.session import prepare_environment, spark_config
from risk_platform.store.tables import TableStore

TABLE, ROWS, QUARTERS = "loans", 20_000, 8
SCHEMA = pa.schema([("id", pa.int64()), ("generation", pa.int64())])


def source(folder: Path) -> PartFiles:
    """Write what every generation is made from: a file a quarter."""
    parts: dict[str, list[str]] = {}
    for quarter in range(QUARTERS):
        file = folder / f"{quarter}.parquet"
        pq.write_table(pa.table({"id": range(quarter, ROWS, QUARTERS)}), file)
        parts[f"2015-{quarter + 1:02d}-01"] = [str(file)]
    return PartFiles(parts)


def generation(number: int, ids: pa.RecordBatch) -> pa.RecordBatch:
    """Return the rows of a generation."""
    time.sleep(0.1)  # so that a kill falls among the tasks
    return ids.append_column("generation", pa.array([number] * len(ids)))


def publish(store: TableStore, spark: SparkSession, rows: PartFiles, number: int) -> None:
    """Publish a generation."""
    with store.new_version(TABLE) as version:
        table = Partwise(rows, partial(generation, number), SCHEMA)
        version.rows = write_parts(spark, table, version.folder)
        version.parts = quarter_folders(version.folder)


def publish_on(root: Path, times: int | None) -> None:
    """Publish the generation that is not current, so many times or until the end; say each."""
    settings = Settings(home=root, spark_master="local[2]", spark_driver_memory="512m")
    prepare_environment(settings.root, settings.spark_master)
    builder = SparkSession.builder
    for name, value in spark_config(settings).items():
        builder = builder.config(name, value)
    spark, store = builder.getOrCreate(), TableStore(root / "tables")
    rows = source(root)
    for _ in islice(count(), times):
        try:
            current = look(store)[0]
        except MissingTableError:
            current = 2
        say(f"publishing {3 - current}")
        publish(store, spark, rows, 3 - current)
    spark.stop()


def look(store: TableStore, version: str | None = None) -> tuple[int, str]:
    """Read a version whole, and return its generation and content.

    Raises
    ------
    AssertionError
        It is not whole: rows are missing, or are of two generations.
    DamagedTableError
        A file is not the one that was published.
    """
    manifest = store.version(TABLE, version)
    store.verify(TABLE, manifest.version)
    table = store.dataset(TABLE, version=manifest.version).to_table()
    [found] = pc.unique(table["generation"]).to_pylist()
    assert table.num_rows == manifest.rows == ROWS
    assert pc.count_distinct(table["id"]).as_py() == ROWS
    return found, manifest.content


def watch_on(root: Path) -> None:
    """Say what a reader sees, each time that it is something else, until the input ends."""
    store, before = TableStore(root / "tables"), ""
    while True:
        with contextlib.suppress(MissingTableError):
            seen = " ".join(map(str, look(store)))
            if seen != before:
                say(seen)
            before = seen
        time.sleep(0.02)  # the machine has other work


def say(what: str) -> None:
    """Tell the test."""
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    task, folder, *times = sys.argv[1:]
    if task == "publish":
        publish_on(Path(folder), int(times[0]) if times else None)
    else:
        watch_on(Path(folder))
