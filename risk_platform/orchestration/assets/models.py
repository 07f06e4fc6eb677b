"""Models: tuned and fitted on the training split, stopped and calibrated on later loans."""

import dagster as dg
import pyarrow.dataset as pa_dataset

from risk_platform.contract.splits import Split
from risk_platform.evaluation.plots import (
    curves_plot,
    importance_plot,
    learning_plot,
    trials_plot,
)
from risk_platform.orchestration.metadata import plot
from risk_platform.orchestration.resources import Experiment, Tuning
from risk_platform.training.calibration import calibrated
from risk_platform.training.champion import fit_champion
from risk_platform.training.fitted import Fitted
from risk_platform.training.inputs import inputs_of
from risk_platform.training.tuned import Trial, Tuned
from risk_platform.training.tuning import tune


@dg.asset(io_manager_key="documents", group_name="models", kinds={"optuna", "lightgbm"})
def tuned_parameters(
    context: dg.AssetExecutionContext,
    loan_features: pa_dataset.Dataset,
    experiment: Experiment,
    tuning: Tuning,
) -> Tuned:
    """The parameters of the LightGBM booster, searched within a budget of trials and minutes.

    A choice is judged by its log-loss on the training split, by stratified folds, and on the
    validation split, which is later in time, each loan counting the same. One that falls behind is
    given up early. The first trial is the defaults. Trials are kept, so that a run that was killed
    is taken up where it was.
    """
    protocol = experiment.rules
    train = inputs_of(loan_features, Split.TRAIN, protocol)
    validation = inputs_of(loan_features, Split.VALIDATION, protocol)
    tuned = tune(train, validation, tuning.search(protocol.label), context.log.info)
    context.add_output_metadata(
        {
            "study": tuned.study,
            "parameters": dg.MetadataValue.json(dict(tuned.parameters)),
            "trials": len(tuned.trials),
            "pruned": sum(trial.pruned for trial in tuned.trials),
            "of_earlier_runs": tuned.resumed,
            "budget": f"{tuned.budget.trials} trials, {tuned.budget.minutes:g} minutes",
            "seconds": tuned.seconds,
        }
        | (_history(tuned) if tuned.trials else {})
    )
    return tuned


@dg.asset(io_manager_key="documents", group_name="models", kinds={"lightgbm"})
def model_lightgbm(
    context: dg.AssetExecutionContext,
    loan_features: pa_dataset.Dataset,
    tuned_parameters: Tuned,
    experiment: Experiment,
) -> Fitted:
    """The LightGBM booster: gradient-boosted trees of depth 4, monotone where credit sense asks.

    Trained on the training split; the number of trees is where the validation split, which is
    later in time, is predicted best, and the same loans calibrate its probabilities.
    """
    protocol = experiment.rules
    train = inputs_of(loan_features, Split.TRAIN, protocol)
    validation = inputs_of(loan_features, Split.VALIDATION, protocol)
    booster = calibrated(fit_champion(train, validation, tuned_parameters.parameters), validation)
    context.add_output_metadata(
        {
            "loans": len(train.outcomes),
            "default_rate": float(train.outcomes.mean()),
            "trees": booster.rounds,
            "parameters": dg.MetadataValue.json(dict(booster.parameters)),
            "notes": "; ".join(booster.notes),
            "learning": plot(learning_plot(booster.history, booster.rounds)),
            "importance": plot(importance_plot(booster.importance)),
        }
    )
    return booster


def _history(tuned: Tuned) -> dict[str, dg.MetadataValue]:
    pruned = [trial.pruned for trial in tuned.trials]
    columns = {"trial": "int", "loss": "float", "steps": "int", "pruned": "bool"}
    columns |= {"seconds": "float"} | dict.fromkeys(tuned.parameters, "float")
    return {
        "history": plot(trials_plot([trial.loss for trial in tuned.trials], pruned)),
        "curves": plot(curves_plot([trial.losses for trial in tuned.trials], pruned)),
        "all_trials": dg.MetadataValue.table(
            [_row(number, trial) for number, trial in enumerate(tuned.trials, start=1)],
            schema=dg.TableSchema([dg.TableColumn(name, kind) for name, kind in columns.items()]),
        ),
    }


def _row(number: int, trial: Trial) -> dg.TableRecord:
    told = {"trial": number, "loss": trial.loss, "steps": len(trial.losses)}
    ran = {"pruned": trial.pruned, "seconds": round(trial.seconds, 1)}
    return dg.TableRecord(told | ran | {name: float(v) for name, v in trial.parameters.items()})
