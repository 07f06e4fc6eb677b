"""Writing a Spark table such that it can be verified: its rows counted, its files reproducible."""

from pathlib import Path

from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.spark.disk import spark_path

_ROWS = "rows"


def write_parquet(table: DataFrame, folder: Path, by: str | None = None) -> int:
    """Write a table into an empty folder, and return how many rows Spark's tasks have written.

    Parameters
    ----------
    table
        The rows.
    folder
        Where to write; every worker must reach it.
    by
        A column by whose values the table is kept, in a folder and a file for each. Its rows are
        put in the order of all columns: a shuffle brings them in another order each time, and the
        same rows shall give the same content.
    """
    if by is not None:
        rest = [name for name in table.columns if name != by]
        table = table.repartition(by).sortWithinPartitions(by, *rest)
    counted = Observation()
    writer = table.observe(counted, F.count(F.lit(1)).alias(_ROWS)).write.mode("append")
    (writer if by is None else writer.partitionBy(by)).parquet(spark_path(folder))
    return counted.get[_ROWS]
