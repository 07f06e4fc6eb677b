"""Spark's tables are written such that they can be verified and compared."""

from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.spark.store import TableStore
from risk_platform.spark.write import write_parquet

ROWS = 1_000


@pytest.fixture
def rows(spark: SparkSession) -> DataFrame:
    """Return rows of three groups."""
    return spark.range(ROWS).select("id", (F.col("id") % 3).alias("group"))


@pytest.mark.parametrize("by", [None, "group"])
@pytest.mark.parametrize("held", [ROWS, 0])
def test_rows_are_counted_as_they_are_written(
    tmp_path: Path, spark: SparkSession, rows: DataFrame, held: int, by: str | None
) -> None:
    """The number comes from the tasks that write, and is that of the files."""
    few = rows.where(F.col("id") < held)
    folder = str(tmp_path / "table")
    assert write_parquet(few, Path(folder), by) == held
    assert spark.read.schema(few.schema).parquet(folder).count() == held


def test_each_group_has_one_file(tmp_path: Path, rows: DataFrame) -> None:
    """In a folder that names it."""
    write_parquet(rows, tmp_path / "table", "group")
    found = [path.parent.name for path in (tmp_path / "table").rglob("*.parquet")]
    assert sorted(found) == ["group=0", "group=1", "group=2"]


def test_the_same_rows_in_any_order_have_the_same_content(tmp_path: Path, rows: DataFrame) -> None:
    """However they were split and shuffled before; other rows have another."""
    store, contents = TableStore(tmp_path), []
    shuffled = rows.repartition(7, "id").orderBy(F.desc("id"))
    changed = rows.withColumn("id", F.when(F.col("id") == 5, 2_000).otherwise(F.col("id")))
    for table in (rows, shuffled, changed):
        with store.new_version("table") as version:
            version.rows = write_parquet(table, version.folder, "group")
        contents.append(store.current("table").content)
    assert contents[0] == contents[1] != contents[2]
