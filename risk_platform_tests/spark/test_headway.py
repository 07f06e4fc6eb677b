"""Headway: who waits for Spark learns how far it is."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import SparkSession

from risk_platform.spark.headway import watched

PARTS, PATIENCE_SECONDS = 6, 60.0


def test_parts_are_told_as_they_are_done(spark: SparkSession, tmp_path: Path) -> None:
    """The last parts wait until somebody has learnt that the first ones are done."""
    goes_on, told = tmp_path / "somebody knows", list[tuple[int, int]]()

    def map_slowly(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        context = TaskContext.get()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while context and context.partitionId() > 2 and not goes_on.exists():
            assert time.monotonic() < deadline, "nobody learns of the first parts"
            time.sleep(0.05)
        yield from batches

    def tell(done: int, parts: int) -> None:
        told.append((done, parts))
        if done:
            goes_on.touch()

    with watched(spark, tell):
        rows = spark.range(60, numPartitions=PARTS).mapInArrow(map_slowly, "id long").collect()
    assert len(rows) == 60
    assert {parts for _, parts in told} == {PARTS}
    assert any(0 < done < PARTS for done, _ in told)


def test_jobs_after_the_block_are_nobodys(spark: SparkSession) -> None:
    """They would else be counted with those of the block."""
    with watched(spark, lambda _, __: None):
        assert spark.sparkContext.getLocalProperty("spark.jobGroup.id")
    assert spark.sparkContext.getLocalProperty("spark.jobGroup.id") is None
