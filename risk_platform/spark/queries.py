"""SQL over the files of a published table: by DuckDB, or by Spark where only it reaches them.

A query reads the table as ``loans``, and another beside it as ``others``. What it may say is what
both engines understand. Where files are given by part, a row's part is its column ``part``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import reduce
from typing import Any

import duckdb
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from risk_platform.store.disk import spark_path

Query = Callable[[str], list[tuple[Any, ...]]]

# Of a table, or of each of its parts.
Files = Sequence[str] | Mapping[str, Sequence[str]]

TABLE, BESIDE, PART = "loans", "others", "part"
# Beside Spark's heap, in the same process; the counts of 600,000 loans took 0.4 GB.
MEMORY = "2GB"


class Engine(StrEnum):
    """Who reads."""

    DUCKDB = "duckdb"
    SPARK = "spark"


@contextmanager
def duckdb_query(files: Files, beside: Files = ()) -> Iterator[Query]:
    """Open Parquet files, and those of another table, for DuckDB until the block ends."""
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        for name, given in _views(files, beside):
            _relation(connection, given).create_view(name)
        yield lambda sql: connection.execute(sql).fetchall()


@contextmanager
def spark_query(files: Files, spark: SparkSession, beside: Files = ()) -> Iterator[Query]:
    """Open Parquet files, and those of another table, for Spark until the block ends."""
    views = _views(files, beside)
    for name, given in views:
        _frame(spark, given).createOrReplaceTempView(name)
    try:
        yield lambda sql: [tuple(row) for row in spark.sql(sql).collect()]
    finally:
        for name, _ in views:
            spark.catalog.dropTempView(name)


def _views(files: Files, beside: Files) -> list[tuple[str, Files]]:
    return [(TABLE, files), *([(BESIDE, beside)] if beside else [])]


def _relation(connection: duckdb.DuckDBPyConnection, files: Files) -> duckdb.DuckDBPyRelation:
    if not isinstance(files, Mapping):
        return connection.read_parquet(list(files), hive_partitioning=False)
    # One relation: to open each part by itself takes longer than to read a few columns of all.
    parts = [part for part, paths in files.items() for _ in paths]
    part = f"list_extract({parts}, CAST(file_index AS BIGINT) + 1)"
    return _relation(connection, [path for paths in files.values() for path in paths]).select(
        duckdb.StarExpression(), duckdb.SQLExpression(part).alias(PART)
    )


def _frame(spark: SparkSession, files: Files) -> DataFrame:
    if not isinstance(files, Mapping):
        return spark.read.parquet(*map(spark_path, files))
    # Asked for once, not once a part.
    schema = _frame(spark, next(iter(files.values()))).schema
    parts = [
        spark.read.schema(schema).parquet(*map(spark_path, paths)).withColumn(PART, F.lit(part))
        for part, paths in files.items()
    ]
    return reduce(DataFrame.unionAll, parts)
