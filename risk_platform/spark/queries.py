"""SQL over the files of a published table: by DuckDB, or by Spark where only it reaches them.

A query reads the table as ``loans``, and another beside it as ``others``. What it may say is what
both engines understand.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import duckdb
from pyspark.sql import SparkSession

from risk_platform.spark.disk import spark_path

Query = Callable[[str], list[tuple[Any, ...]]]

TABLE, BESIDE = "loans", "others"
# Beside Spark's heap, in the same process; the counts of 600,000 loans took 0.4 GB.
MEMORY = "2GB"


class Engine(StrEnum):
    """Who reads."""

    DUCKDB = "duckdb"
    SPARK = "spark"


@contextmanager
def duckdb_query(files: Sequence[str], beside: Sequence[str] = ()) -> Iterator[Query]:
    """Open Parquet files, and those of another table, for DuckDB until the block ends."""
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        for name, paths in _views(files, beside):
            connection.read_parquet(paths, hive_partitioning=False).create_view(name)
        yield lambda sql: connection.execute(sql).fetchall()


@contextmanager
def spark_query(
    files: Sequence[str], spark: SparkSession, beside: Sequence[str] = ()
) -> Iterator[Query]:
    """Open Parquet files, and those of another table, for Spark until the block ends."""
    views = _views(files, beside)
    for name, paths in views:
        spark.read.parquet(*map(spark_path, paths)).createOrReplaceTempView(name)
    try:
        yield lambda sql: [tuple(row) for row in spark.sql(sql).collect()]
    finally:
        for name, _ in views:
            spark.catalog.dropTempView(name)


def _views(files: Sequence[str], beside: Sequence[str]) -> list[tuple[str, list[str]]]:
    return [(TABLE, list(files)), *([(BESIDE, list(beside))] if beside else [])]
