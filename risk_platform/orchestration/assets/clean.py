"""Clean: typed columns, one row a loan."""

import dagster as dg
from pyspark.sql import DataFrame

from risk_platform.contract.vintages import ISSUE_QUARTER
from risk_platform.orchestration.partitions import QUARTERS
from risk_platform.orchestration.pools import SPARK
from risk_platform.spark.clean import clean_loans, snapshot_months


@dg.asset(
    partitions_def=QUARTERS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    io_manager_key="tables",
    group_name="ingest",
    kinds={"pyspark", "parquet"},
    pool=SPARK,
)
def cleaned_loans(context: dg.AssetExecutionContext, raw_loans: DataFrame) -> DataFrame:
    """Loans with typed columns, each loan once.

    Percentages, terms, months, employment lengths and labels have one form whatever the file's
    layout was. A loan that stands in several files is kept from the newest snapshot; the snapshot
    of each file, its latest payment or credit pull, is kept with the loan. A partition is a
    quarter of issue.
    """
    cleaned = clean_loans(raw_loans, snapshot_months(raw_loans))
    return cleaned.where(cleaned[ISSUE_QUARTER].isin(list(context.partition_keys)))
