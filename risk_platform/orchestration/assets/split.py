"""Split: what a protocol makes of the loans."""

import dagster as dg
from pyspark.sql import DataFrame

from risk_platform.contract.protocols import Cuts, protocol_named
from risk_platform.contract.vintages import month_name
from risk_platform.evaluation.plots import volume_plot
from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.orchestration.metadata import plot
from risk_platform.orchestration.partitions import QUARTERS
from risk_platform.orchestration.pools import SPARK
from risk_platform.orchestration.resources import Experiment
from risk_platform.spark.clean import SNAPSHOT, quarter_of_issue
from risk_platform.spark.split import MONTHS_OBSERVED, SPLIT, observed_volumes
from risk_platform.spark.split import split_loans as split


@dg.asset(io_manager_key="documents", group_name="split", kinds={"pyspark"}, pool=SPARK)
def split_dates(
    context: dg.AssetExecutionContext, cleaned_loans: DataFrame, experiment: Experiment
) -> Cuts:
    """The months at which time is cut into training, validation and test.

    They follow from the loans whose outcome is known, so they move when vintages are added; that
    is why they are an asset of their own and the split of a quarter follows them.
    """
    protocol = protocol_named(experiment.protocol)
    volumes = observed_volumes(cleaned_loans, protocol.outcome)
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
def split_loans(cleaned_loans: DataFrame, split_dates: Cuts, experiment: Experiment) -> DataFrame:
    """Loans with their outcome and their split, and of their columns only what a model may see.

    The outcome is known for loans observed through the protocol's whole window; others are
    ``unused``. Payments, statuses and whatever else came after funding stay behind.
    """
    protocol = protocol_named(experiment.protocol)
    loans = split(cleaned_loans, protocol, split_dates)
    kept = ["id", SNAPSHOT, MONTHS_OBSERVED, protocol.outcome.name, SPLIT, *INPUT_COLUMNS]
    return loans.select(*kept, quarter_of_issue())
