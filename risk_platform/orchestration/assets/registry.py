"""Registry: every candidate leaves the platform as a bundle that can be checked."""

import tempfile
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pyarrow as pa
from pydantic import TypeAdapter
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.columns import contract_digest
from risk_platform.contract.splits import Split
from risk_platform.evaluation.curve_plots import champion_figures
from risk_platform.evaluation.leaderboard import Leaderboard
from risk_platform.evaluation.plots import curves_plot, importance_plot, learning_plot, trials_plot
from risk_platform.evaluation.predictions import splits_of
from risk_platform.evaluation.report import ChampionReport, champion_report_of
from risk_platform.features.state import FeatureState
from risk_platform.handover.models.promotions import now
from risk_platform.handover.models.registry import Published, PublishedModels, Registry, Told
from risk_platform.orchestration.candidates import CANDIDATES, SEARCHED
from risk_platform.orchestration.lineage import lineage_of
from risk_platform.orchestration.pools import REGISTRY
from risk_platform.orchestration.resources import Addresses, Governance
from risk_platform.orchestration.retries import retried_io
from risk_platform.scoring.bundle import ModelBundle, example_scores, write_bundle
from risk_platform.scoring.card import Card
from risk_platform.scoring.policy import Policy
from risk_platform.scoring.reference import Population
from risk_platform.scoring.segments import Segments
from risk_platform.spark.features import columns_of, drawn_applications
from risk_platform.spark.split import SPLIT
from risk_platform.training.fitted import Fitted
from risk_platform.training.reference import SCORED, reference_of
from risk_platform.training.tuned import Tuned

# What the figures of a candidate hang on: named beside them in MLflow.
TRACED = ("raw_loans", "cleaned_loans", "split_loans", "loan_features", "model_predictions")
# Pictures that each candidate has in MLflow.
PLOTS = {"roc", "ks", "calibration"}


@dg.asset(
    ins={name: dg.AssetIn(dagster_type=Fitted) for name in CANDIDATES},
    io_manager_key="documents",
    group_name="registry",
    kinds={"mlflow"},
    pool=REGISTRY,
)
def registered_candidates(
    context: dg.AssetExecutionContext,
    feature_state: FeatureState,
    reference_profile: Population,
    split_loans: DataFrame,
    borrower_segments: Segments,
    model_predictions: pa.Table,
    leaderboard: Leaderboard,
    tuned_parameters: Tuned,
    registry: dg.ResourceParam[Registry],
    policy: dg.ResourceParam[Policy],
    addresses: Addresses,
    governance: dg.ResourceParam[Governance],
    **candidates: Fitted,
) -> PublishedModels:
    """Every candidate in the model registry, a version each; none of them leads yet.

    What is registered is a bundle: the model as text, the state of the features, the segments of
    borrowers, the lender's policy, a card, and what its training loans were like and what it made
    of a sample of them, each with its digest. The MLflow run beside it holds parameters, figures
    and plots, the trials where parameters were searched, and names the Dagster run, the protocol
    and the versions of the tables it came from.
    """
    splits = splits_of(model_predictions, CANDIDATES)
    lineage = lineage_of(context.instance, TRACED)
    train = split_loans.where(F.col(SPLIT) == Split.TRAIN.value)
    trained_on = columns_of(drawn_applications(train, SCORED))
    tags = {
        "dagster_run_id": context.run.run_id,
        "protocol": leaderboard.rules.protocol,
        **{f"maturity.{split}": said for split, said in leaderboard.rules.maturity.items()},
        **{f"data.{source.asset}": source.content or source.version for source in lineage},
    }
    versions: dict[str, Published] = {}
    for name in CANDIDATES:
        fitted = candidates[name]
        report = champion_report_of(leaderboard, name, splits)
        made = {"run_id": context.run.run_id, "made_by": governance.proposer}
        card = _card(registry.model_name, fitted, feature_state, report, **made)
        reference = reference_of(reference_profile, fitted.model, feature_state, policy, trained_on)
        parts = (fitted.model, feature_state, card, borrower_segments, reference)
        bundle = _proven(ModelBundle(*parts, policy=policy))
        with retried_io(context):
            told = _told(fitted, report, tuned_parameters if name == SEARCHED else None)
            versions[name] = _published(registry, bundle, told, tags | {"asset": name})
    context.add_output_metadata({"candidates": _candidates_table(versions, registry, addresses)})
    return PublishedModels(versions)


def _told(fitted: Fitted, report: ChampionReport, tuned: Tuned | None) -> Told:
    """Gather what MLflow is told of a candidate beside its bundle."""
    figures = {name: plot for name, plot in champion_figures(report).items() if name in PLOTS}
    if fitted.history:
        figures["learning"] = learning_plot(fitted.history, fitted.rounds)
    if fitted.importance:
        figures["importance"] = importance_plot(fitted.importance)
    metrics = {f"test_{name}": value for name, value in report.test.items()}
    metrics |= {f"validation_{name}": value for name, value in report.validation.items()}
    for name, interval in (("auc", report.auc), ("ks", report.ks)):
        metrics |= {f"test_{name}_low": interval.low, f"test_{name}_high": interval.high}
    if report.against_sub_grade:
        metrics["test_p_against_sub_grade"] = report.against_sub_grade.p_value
    params = {**fitted.parameters, "family": fitted.model.family, "rounds": fitted.rounds}
    told = Told(params=params, metrics=metrics, figures=figures, texts={})
    return _with_trials(told, tuned) if tuned and tuned.trials else told


def _with_trials(told: Told, tuned: Tuned) -> Told:
    pruned = [trial.pruned for trial in tuned.trials]
    counts = {"trials": len(pruned), "pruned_trials": sum(pruned)}
    plots = {
        "trials": trials_plot([trial.loss for trial in tuned.trials], pruned),
        "trials_by_step": curves_plot([trial.losses for trial in tuned.trials], pruned),
    }
    return replace(
        told,
        metrics={**told.metrics, **counts},
        figures={**told.figures, **plots},
        texts={"trials.json": TypeAdapter(Tuned).dump_json(tuned, indent=1).decode()},
    )


def _published(
    registry: Registry, bundle: ModelBundle, told: Told, tags: dict[str, str]
) -> Published:
    with tempfile.TemporaryDirectory() as folder:
        write_bundle(Path(folder), bundle)
        return registry.publish(Path(folder), told, tags)


def _candidates_table(
    versions: dict[str, Published], registry: Registry, addresses: Addresses
) -> dg.TableMetadataValue:
    page = f"{addresses.mlflow}/#/models/{registry.model_name}/versions"
    columns = {"asset": "string", "version": "int", "digest": "string"}
    columns |= {"mlflow_run_id": "string", "in MLflow": "string"}
    rows = [
        (name, of.version, of.digest, of.mlflow_run_id, f"{page}/{of.version}")
        for name, of in versions.items()
    ]
    return dg.MetadataValue.table(
        [dg.TableRecord(dict(zip(columns, row, strict=True))) for row in rows],
        schema=dg.TableSchema([dg.TableColumn(name, kind) for name, kind in columns.items()]),
    )


def _card(
    name: str,
    fitted: Fitted,
    state: FeatureState,
    report: ChampionReport,
    *,
    run_id: str,
    made_by: str,
) -> Card:
    return Card(
        name=name,
        protocol=report.protocol,
        family=fitted.model.family,
        features=fitted.model.inputs,
        contract=contract_digest(),
        created_at=now(),
        run_id=run_id,
        made_by=made_by,
        metrics=report.test,
        winsorized={name: (cut.lower, cut.upper) for name, cut in state.bounds.items()},
        golden={},
    )


def _proven(bundle: ModelBundle) -> ModelBundle:
    """Return a bundle whose card knows the scores of the hand-written applications."""
    card = replace(bundle.card, golden=example_scores(bundle))
    parts = (bundle.model, bundle.state, card, bundle.segments, bundle.reference)
    return ModelBundle(*parts, policy=bundle.policy)
