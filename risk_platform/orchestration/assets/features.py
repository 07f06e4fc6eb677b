"""Features: what the models see.

The state is learnt on the training split alone; the table is then built by the very function that
the scoring service calls. What the training split was like stays behind as a profile.
"""

from collections.abc import Iterator

import dagster as dg
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.splits import Split
from risk_platform.features.state import FeatureState
from risk_platform.features.winsorize import NUMBER_NAMES, winsorize
from risk_platform.orchestration.metadata import profiles_table
from risk_platform.orchestration.partitions import QUARTERS
from risk_platform.orchestration.pools import SPARK
from risk_platform.orchestration.resources import Experiment
from risk_platform.scoring.reference import Population
from risk_platform.spark.features import map_features
from risk_platform.spark.learn import state_of, summarise
from risk_platform.spark.partwise import PartFiles, Partwise
from risk_platform.spark.split import SPLIT, handed_on
from risk_platform.training.reference import population_of

Learning = Iterator[dg.MaterializeResult[FeatureState] | dg.MaterializeResult[Population]]


@dg.multi_asset(
    name="feature_state",
    group_name="features",
    outs={
        "feature_state": dg.AssetOut(
            io_manager_key="documents",
            kinds={"pyspark"},
            is_required=False,
            description="""Bounds, medians and categories, learnt on the training split alone.

Numbers are winsorised: what lies beyond two quantiles of training, the 0.05th and the 99.95th
percentile by default, is drawn in to them, so that an error of entry cannot throw a model. What
training nearly always knew counts as its median where it is unknown; a category is known by the
labels that training saw.""",
        ),
        "reference_profile": dg.AssetOut(
            io_manager_key="documents",
            kinds={"pyspark"},
            is_required=False,
            description="""What the loans of the training split were like, feature by feature.

About a hundred bins of each number and the labels of each category, with how many loans are in
each and of how many it is not known, before anything is winsorised or imputed; and how far samples
of several sizes are from that by chance. A part of it goes out with every model: applications are
held against it, and the training loans need not be read again.""",
        ),
    },
    can_subset=True,
    pool=SPARK,
)
def learnt_features(
    context: dg.AssetExecutionContext, split_loans: DataFrame, experiment: Experiment
) -> Learning:
    """What the training split teaches, from one summary of it."""
    learnt = summarise(split_loans.where(F.col(SPLIT) == Split.TRAIN.value))
    wanted = {key.to_user_string() for key in context.selected_asset_keys}
    if "feature_state" in wanted:
        winsorizing = winsorize(NUMBER_NAMES, experiment.lower, experiment.upper)
        yield dg.MaterializeResult(asset_key="feature_state", value=state_of(learnt, winsorizing))
    if "reference_profile" in wanted:
        population = population_of(learnt)
        yield dg.MaterializeResult(
            asset_key="reference_profile",
            value=population,
            metadata={"loans": population.loans, "features": profiles_table(population)},
        )


@dg.asset(
    partitions_def=QUARTERS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    io_manager_key="tables",
    group_name="features",
    kinds={"pyspark", "numpy", "parquet"},
    pool=SPARK,
)
def loan_features(
    split_loans: PartFiles, feature_state: FeatureState, experiment: Experiment
) -> Partwise:
    """Model inputs, one row for each loan of every split, with its outcome and its month of issue.

    Made by the same function that serves a single application; unknown values stay unknown.
    """
    return map_features(split_loans, feature_state, handed_on(experiment.rules.outcome))
