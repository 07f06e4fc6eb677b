"""Models: fitted on the training split, stopped on later loans."""

import dagster as dg
import pyarrow as pa

from risk_platform.contract.protocols import Split, protocol_named
from risk_platform.evaluation.plots import importance_plot, learning_plot
from risk_platform.features.definitions import FEATURE_NAMES, FEATURES, Kind
from risk_platform.orchestration.metadata import plot
from risk_platform.orchestration.resources import Experiment
from risk_platform.training.champion import PARAMETERS, FittedBooster, fit_champion
from risk_platform.training.inputs import inputs_of

CATEGORIES = tuple(feature.name for feature in FEATURES if feature.kind is Kind.CATEGORY)


@dg.asset(io_manager_key="documents", group_name="models", kinds={"lightgbm"})
def model_lightgbm(
    context: dg.AssetExecutionContext, loan_features: pa.Table, experiment: Experiment
) -> FittedBooster:
    """The LightGBM booster: gradient-boosted trees of depth 4.

    Trained on the training split; the number of trees is where the validation split, which is
    later in time, is predicted best.
    """
    protocol = protocol_named(experiment.protocol)
    train = inputs_of(loan_features, Split.TRAIN, protocol)
    validation = inputs_of(loan_features, Split.VALIDATION, protocol)
    booster = fit_champion(train, validation, FEATURE_NAMES, CATEGORIES)
    context.add_output_metadata(
        {
            "loans": len(train.outcomes),
            "default_rate": float(train.outcomes.mean()),
            "trees": booster.rounds,
            "parameters": dg.MetadataValue.json(dict(PARAMETERS)),
            "learning": plot(learning_plot(booster.history, booster.rounds)),
            "importance": plot(importance_plot(booster.gains)),
        }
    )
    return booster
