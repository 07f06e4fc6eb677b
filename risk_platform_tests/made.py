"""Tables that are made part by part, made here and now, without Spark."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from risk_platform.spark.partwise import PartFiles, Partwise


def made(table: Partwise) -> pa.Table:
    """Return a table as its workers would write it."""
    return pa.Table.from_batches(table.batches(table.source.paths), table.schema)


def written(table: Partwise, folder: Path) -> PartFiles:
    """Write a table as one part, and return where it is."""
    path = folder / "part.parquet"
    pq.write_table(made(table), path)
    return PartFiles({"2016-01-01": [str(path)]})
