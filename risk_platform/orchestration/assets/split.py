"""Split: what a protocol makes of the loans."""

import dagster as dg

from risk_platform.contract.protocols import plan_splits
from risk_platform.contract.splits import SplitPlan, Volumes
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
def split_plan(
    context: dg.AssetExecutionContext,
    cleaned_loans: PartFiles,
    experiment: Experiment,
    spark: SparkResource,
) -> SplitPlan:
    """How the loans are divided into training, validation and test, and how ripe each part is.

    Dates follow from the loans whose outcome is known, so they move when vintages are added; that
    is why they are an asset of their own and the split of a quarter follows them.
    """
    protocol = experiment.rules
    volumes = observed_volumes(spark.spark_session, cleaned_loans)
    plan = plan_splits(protocol, volumes)
    context.add_output_metadata(
        {
            "protocol": plan.protocol,
            "about": protocol.about,
            "population": str(protocol.population),
            "outcome": protocol.outcome.about,
            "division": str(plan.division),
            "warning": protocol.warning or "none",
            **{f"{split.value} split": str(volume) for split, volume in plan.volumes.items()},
            "observed_loans": plot(volume_plot(_known(volumes[protocol.name]))),
        }
    )
    return plan


@dg.asset(
    partitions_def=QUARTERS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    io_manager_key="tables",
    group_name="split",
    kinds={"pyspark", "parquet"},
    pool=SPARK,
)
def split_loans(
    cleaned_loans: PartFiles, split_plan: SplitPlan, experiment: Experiment
) -> Partwise:
    """Loans with their outcome and their split, and of their columns only what a model may see.

    The outcome is known as the protocol's policy says; where it is not, and of loans that the
    protocol does not concern, the split is ``unused``. Payments, statuses and whatever else came
    after funding stay behind.
    """
    return split(cleaned_loans, experiment.rules, split_plan.division)


def _known(volumes: Volumes) -> dict[str, int]:
    return {month_name(month): volume.known for month, volume in sorted(volumes.items())}
