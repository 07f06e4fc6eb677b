"""Split: what a protocol makes of the loans."""

import dagster as dg

from risk_platform.contract.protocols import Cuts, protocol_named
from risk_platform.contract.vintages import month_name
from risk_platform.evaluation.plots import volume_plot
from risk_platform.orchestration.metadata import plot
from risk_platform.orchestration.partitions import QUARTERS
from risk_platform.orchestration.pools import SPARK
from risk_platform.orchestration.resources import Experiment, SparkResource
from risk_platform.spark.partwise import PartFiles, Partwise
from risk_platform.spark.split import observed_volumes
from risk_platform.spark.split import split_loans as split


@dg.asset(io_manager_key="documents", group_name="split", kinds={"pyspark"}, pool=SPARK)
def split_dates(
    context: dg.AssetExecutionContext,
    cleaned_loans: PartFiles,
    experiment: Experiment,
    spark: SparkResource,
) -> Cuts:
    """The months at which time is cut into training, validation and test.

    They follow from the loans whose outcome is known, so they move when vintages are added; that
    is why they are an asset of their own and the split of a quarter follows them.
    """
    protocol = protocol_named(experiment.protocol)
    volumes = observed_volumes(spark.spark_session, cleaned_loans, protocol.outcome)
    cuts = protocol.cut(volumes)
    months = {month_name(month): loans for month, loans in sorted(volumes.items())}
    context.add_output_metadata(
        {
            "protocol": protocol.name,
            "about": protocol.about,
            "validation_from": month_name(cuts.validation_from),
            "test_from": month_name(cuts.test_from),
            "observed_loans": plot(volume_plot(months)),
        }
    )
    return cuts


@dg.asset(
    partitions_def=QUARTERS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    io_manager_key="tables",
    group_name="split",
    kinds={"pyspark", "parquet"},
    pool=SPARK,
)
def split_loans(cleaned_loans: PartFiles, split_dates: Cuts, experiment: Experiment) -> Partwise:
    """Loans with their outcome and their split, and of their columns only what a model may see.

    The outcome is known for loans observed through the protocol's whole window; others are
    ``unused``. Payments, statuses and whatever else came after funding stay behind.
    """
    return split(cleaned_loans, protocol_named(experiment.protocol), split_dates)
