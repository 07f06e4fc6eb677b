"""Part by part: work on the files of a table's parts, spread over the cluster by Spark.

A step that looks at each loan by itself needs no shuffle, and no way of a wide row through the
JVM: a task reads the files of one part with Arrow, and hands their batches to a pure function. The
same files give the same table, to the byte, on one machine and on many.
"""

import heapq
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.dataset as pa_dataset
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession

from risk_platform.contract.vintages import ISSUE_QUARTER
from risk_platform.store.disk import spark_path

BATCH_ROWS = 32_768
TASKS_PER_CORE = 4
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class PartFiles:
    """The Parquet files of a table.

    Parameters
    ----------
    of
        Part to its files, which every worker must reach. A part without rows is not named.
    """

    of: Mapping[str, Sequence[str]]

    @property
    def paths(self) -> list[str]:
        """All files."""
        return [path for paths in self.of.values() for path in paths]

    def only(self, parts: Sequence[str]) -> "PartFiles":
        """Return the files of some parts."""
        return PartFiles({part: self.of[part] for part in parts if part in self.of})

    def dataset(self) -> pa_dataset.Dataset:
        """Open the table for Arrow, of which a reader takes what it needs."""
        return pa_dataset.dataset(self.paths, format="parquet")

    def read(self, spark: SparkSession) -> DataFrame:
        """Return the table for Spark."""
        return spark.read.parquet(*map(spark_path, self.paths))


@dataclass(frozen=True, slots=True)
class Partwise:
    """A table to be made: each part from the part of the same name of another table.

    Parameters
    ----------
    source
        The files of the other table.
    make
        What becomes of a batch: a pure function that looks at each row by itself, and can be
        pickled.
    schema
        Of the batches that it returns.
    columns
        What is read of the other table; all columns by default.
    """

    source: PartFiles
    make: Callable[[pa.RecordBatch], pa.RecordBatch]
    schema: pa.Schema
    columns: Sequence[str] | None = None

    def batches(self, paths: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Make the batches that become of some files."""
        for batch in read_batches(paths, self.columns):
            made = self.make(batch)
            if len(made):
                yield made.cast(self.schema)


def read_batches(
    paths: Sequence[str], columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Read Parquet files, batch by batch."""
    for path in paths:
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(BATCH_ROWS, columns=columns)


def over_parts(
    spark: SparkSession, files: PartFiles, work: Callable[[str, Sequence[str]], R]
) -> dict[str, R]:
    """Have the workers do something with each part, given its name and files; return what they do.

    A task takes some milliseconds to begin, so small parts share one; there are enough of them to
    keep every core busy to the end.
    """
    context = spark.sparkContext
    shares = _shares(files, TASKS_PER_CORE * context.defaultParallelism)
    tasks = context.parallelize(shares, max(1, len(shares)))
    done = tasks.flatMap(lambda share: [(part, work(part, paths)) for part, paths in share])
    return dict(done.collect())


def _shares(files: PartFiles, most: int) -> list[list[tuple[str, Sequence[str]]]]:
    """Deal parts out, the largest first, each to the share that has least so far."""
    sizes = {part: _bytes(paths) for part, paths in files.of.items()}
    shares: list[list[tuple[str, Sequence[str]]]] = [[] for _ in range(min(most, len(sizes)))]
    dealt = [(0, place) for place in range(len(shares))]
    for part in sorted(sizes, key=sizes.__getitem__, reverse=True):
        least, place = heapq.heappop(dealt)
        shares[place].append((part, files.of[part]))
        heapq.heappush(dealt, (least + sizes[part], place))
    return shares


def write_parts(spark: SparkSession, table: Partwise, folder: Path) -> int:
    """Make a table in an empty folder that every worker reaches, and return its rows.

    Notes
    -----
    A task may be tried several times, and even at once. Each attempt writes a file of its own,
    whose name begins with a dot so that no reader sees it; those of the attempts that count get
    their names here.
    """
    written = over_parts(spark, table.source, partial(_write_part, table, folder))
    for staged, rows in written.values():
        if rows:
            staged.rename(staged.with_name("part.parquet"))
    for stray in folder.rglob(".*.parquet"):
        stray.unlink(missing_ok=True)
    return sum(rows for _, rows in written.values())


def _write_part(table: Partwise, folder: Path, part: str, paths: Sequence[str]) -> tuple[Path, int]:
    file = folder / f"{ISSUE_QUARTER}={part}" / f".{uuid.uuid4().hex}.parquet"
    file.parent.mkdir(exist_ok=True)
    rows = 0
    # A dictionary pays for columns of few values only; Parquet's own limit is a megabyte.
    with pq.ParquetWriter(
        file, table.schema, compression="zstd", dictionary_pagesize_limit=2**16
    ) as writer:
        for batch in table.batches(paths):
            writer.write_batch(batch)
            rows += len(batch)
    return file, rows


def _bytes(paths: Sequence[str]) -> int:
    return sum(Path(path).stat().st_size for path in paths)
