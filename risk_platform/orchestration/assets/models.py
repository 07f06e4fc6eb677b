"""Models: fitted on the training split, stopped on later loans."""

import dagster as dg
import pyarrow as pa

from risk_platform.contract.splits import Split
from risk_platform.evaluation.plots import importance_plot, learning_plot
from risk_platform.orchestration.metadata import plot
from risk_platform.orchestration.resources import Experiment
from risk_platform.training.champion import fit_champion
from risk_platform.training.fitted import Fitted
from risk_platform.training.inputs import inputs_of


@dg.asset(io_manager_key="documents", group_name="models", kinds={"lightgbm"})
def model_lightgbm(
    context: dg.AssetExecutionContext, loan_features: pa.Table, experiment: Experiment
) -> Fitted:
    """The LightGBM booster: gradient-boosted trees of depth 4.

    Trained on the training split; the number of trees is where the validation split, which is
    later in time, is predicted best.
    """
    protocol = experiment.rules
    train = inputs_of(loan_features, Split.TRAIN, protocol)
    validation = inputs_of(loan_features, Split.VALIDATION, protocol)
    booster = fit_champion(train, validation)
    context.add_output_metadata(
        {
            "loans": len(train.outcomes),
            "default_rate": float(train.outcomes.mean()),
            "trees": booster.rounds,
            "parameters": dg.MetadataValue.json(dict(booster.parameters)),
            "learning": plot(learning_plot(booster.history, booster.rounds)),
            "importance": plot(importance_plot(booster.importance)),
        }
    )
    return booster
