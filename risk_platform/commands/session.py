"""A Spark session for a command, without a run of Dagster."""

from collections.abc import Generator
from contextlib import contextmanager

from pyspark.sql import SparkSession

from risk_platform.orchestration.resources import SparkResource
from risk_platform.settings import Settings


@contextmanager
def spark_session(settings: Settings) -> Generator[SparkSession]:
    """Give the session that the settings describe, and stop it at the end of the block."""
    spark: SparkSession = SparkResource.of(settings).spark_session
    try:
        yield spark
    finally:
        spark.stop()
