"""Features: what the models see.

The state is learnt on the training split alone; the table is then built by the very function that
the scoring service calls.
"""

import dagster as dg
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.splits import Split
from risk_platform.features.state import FeatureState
from risk_platform.features.winsorize import NUMBER_NAMES, winsorize
from risk_platform.orchestration.partitions import QUARTERS
from risk_platform.orchestration.pools import SPARK
from risk_platform.orchestration.resources import Experiment
from risk_platform.spark.features import map_features
from risk_platform.spark.learn import learn_state
from risk_platform.spark.partwise import PartFiles, Partwise
from risk_platform.spark.split import SPLIT, handed_on


@dg.asset(io_manager_key="documents", group_name="features", kinds={"pyspark"}, pool=SPARK)
def feature_state(split_loans: DataFrame, experiment: Experiment) -> FeatureState:
    """Bounds, medians and categories, learnt on the training split alone.

    Numbers are winsorised: what lies beyond two quantiles of training, the 0.05th and the 99.95th
    percentile by default, is drawn in to them, so that an error of entry cannot throw a model.
    What training nearly always knew counts as its median where it is unknown; a category is known
    by the labels that training saw.
    """
    train = split_loans.where(F.col(SPLIT) == Split.TRAIN.value)
    return learn_state(train, winsorize(NUMBER_NAMES, experiment.lower, experiment.upper))


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
