"""Clean: typed columns, one row a loan."""

import dagster as dg

from risk_platform.orchestration.partitions import QUARTERS
from risk_platform.orchestration.pools import SPARK
from risk_platform.orchestration.resources import SparkResource
from risk_platform.spark.clean import clean_loans
from risk_platform.spark.partwise import PartFiles, Partwise
from risk_platform.spark.survey import survey


@dg.asset(
    partitions_def=QUARTERS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    io_manager_key="tables",
    group_name="ingest",
    kinds={"pyspark", "parquet"},
    pool=SPARK,
)
def cleaned_loans(
    context: dg.AssetExecutionContext, raw_loans: PartFiles, spark: SparkResource
) -> Partwise:
    """Loans with typed columns, each loan once.

    Percentages, terms, months, employment lengths and labels have one form whatever the file's
    layout was. A loan that stands in several files is kept from the newest snapshot; the snapshot
    of each file, its latest payment or credit pull, is kept with the loan. A partition is a
    quarter of issue.
    """
    snapshots, superseded = survey(spark.spark_session, raw_loans)
    context.add_output_metadata(
        {
            "snapshots": dg.MetadataValue.json({file: str(day) for file, day in snapshots.items()}),
            "superseded": sum(len(records) for records in superseded.values()),
        }
    )
    return clean_loans(raw_loans, snapshots, superseded)
