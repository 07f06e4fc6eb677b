"""Parts are made by Spark's workers, each attempt in a file of its own, the same on every day."""

import os
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pyspark import TaskContext
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from risk_platform.contract.vintages import quarter_folders
from risk_platform.spark.partwise import (
    BATCH_ROWS,
    TASKS_PER_CORE,
    PartFiles,
    Partwise,
    over_parts,
    write_parts,
)
from risk_platform.store.tables import TableStore

SCHEMA = pa.schema([("number", pa.int64())])
ROWS = BATCH_ROWS + 10


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> PartFiles:
    """Return a table of three parts, of which one has two files and one more than a batch."""
    folder = tmp_path_factory.mktemp("source")
    held = {"a": range(ROWS), "b1": range(10), "b2": range(10, 15), "c": range(3)}
    for name, numbers in held.items():
        pq.write_table(pa.table({"number": numbers, "other": numbers}), folder / name)
    names = {"a": ["a"], "b": ["b1", "b2"], "c": ["c"]}
    return PartFiles({part: [str(folder / n) for n in files] for part, files in names.items()})


def keep(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return rows as they are."""
    return batch


def keep_above(limit: int, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the rows whose number is higher."""
    return batch.filter(pc.greater(batch.column("number"), limit))


def numbers_in(folder: Path) -> dict[str, list[int]]:
    """Return what was written, by part."""
    return {
        part: pq.ParquetFile(place / "part.parquet").read()["number"].to_pylist()
        for part, place in quarter_folders(folder).items()
    }


def test_each_part_is_made_from_the_part_of_its_name(
    spark: SparkSession, source: PartFiles, tmp_path: Path
) -> None:
    """Rows stay in order, however many files and batches they come from."""
    table = Partwise(source, keep, SCHEMA, ["number"])
    assert write_parts(spark, table, tmp_path) == ROWS + 15 + 3
    wanted = {"a": [*range(ROWS)], "b": [*range(15)], "c": [0, 1, 2]}
    assert numbers_in(tmp_path) == wanted


def test_a_part_of_which_nothing_is_left_has_no_file(
    spark: SparkSession, source: PartFiles, tmp_path: Path
) -> None:
    """A reader of parts does not meet it."""
    table = Partwise(source, partial(keep_above, 9), SCHEMA, ["number"])
    write_parts(spark, table, tmp_path)
    assert [path.parent.name for path in sorted(tmp_path.rglob("*.parquet"))] == [
        "issue_quarter=a",
        "issue_quarter=b",
    ]


def test_nothing_becomes_of_nothing(spark: SparkSession, tmp_path: Path) -> None:
    """A table without parts is written as one without rows."""
    assert write_parts(spark, Partwise(PartFiles({}), keep, SCHEMA), tmp_path) == 0
    assert list(tmp_path.iterdir()) == []


def test_other_columns_than_promised_are_refused(
    spark: SparkSession, source: PartFiles, tmp_path: Path
) -> None:
    """A table has the schema that it says."""
    with pytest.raises(PySparkException, match="Target schema"):
        write_parts(spark, Partwise(source, keep, SCHEMA), tmp_path)


def test_the_same_parts_have_the_same_content_on_every_day(
    spark: SparkSession, source: PartFiles, tmp_path: Path
) -> None:
    """To the byte, so that a table can be told from another by its content."""
    store = TableStore(tmp_path)
    for limit in (-1, -1, 0):
        with store.new_version("numbers") as version:
            table = Partwise(source, partial(keep_above, limit), SCHEMA, ["number"])
            version.rows = write_parts(spark, table, version.folder)
            version.parts = quarter_folders(version.folder)
    other, again, first = (manifest.content for manifest in store.versions("numbers"))
    assert again == first != other


def test_what_a_killed_attempt_leaves_is_no_part(
    spark: SparkSession, source: PartFiles, tmp_path: Path
) -> None:
    """Files that were begun and never reported are swept, and none of their rows is read."""
    stray = tmp_path / "issue_quarter=c" / ".stray.parquet"
    stray.parent.mkdir()
    pq.write_table(pa.table({"number": [99]}), stray)
    write_parts(spark, Partwise(source, keep, SCHEMA, ["number"]), tmp_path)
    assert not stray.exists()
    assert numbers_in(tmp_path)["c"] == [0, 1, 2]


def test_workers_are_told_the_part_and_its_files(spark: SparkSession, source: PartFiles) -> None:
    """What they find comes back by part."""
    found = over_parts(spark, source, lambda part, paths: (f"{part}!", len(paths), os.getpid()))
    assert {part: told[:2] for part, told in found.items()} == {
        "a": ("a!", 1),
        "b": ("b!", 2),
        "c": ("c!", 1),
    }
    assert os.getpid() not in {process for *_, process in found.values()}


def test_many_small_parts_share_a_few_tasks(spark: SparkSession, source: PartFiles) -> None:
    """None is forgotten, and a large one does not wait behind small ones."""
    few = TASKS_PER_CORE * spark.sparkContext.defaultParallelism
    small = {f"small-{n}": source.of["c"] for n in range(5 * few)}
    found = over_parts(spark, PartFiles(small | {"large": source.of["a"]}), task_of)
    assert found.keys() == small.keys() | {"large"}
    assert len(set(found.values())) == few
    assert Counter(found.values())[found["large"]] == 1


def task_of(_part: str, _paths: Sequence[str]) -> int:
    """Return the number of the task that this is called in."""
    context = TaskContext.get()
    assert context
    return context.partitionId()
