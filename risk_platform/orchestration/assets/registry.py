"""Registry: the model leaves the platform as a bundle that can be checked."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from risk_platform.contract.columns import contract_digest
from risk_platform.evaluation.plots import importance_plot, learning_plot, reliability_plot
from risk_platform.evaluation.report import ChampionReport
from risk_platform.features.state import FeatureState
from risk_platform.handover.registry import Published, Registry
from risk_platform.orchestration.pools import REGISTRY
from risk_platform.orchestration.retries import retried_io
from risk_platform.scoring.bundle import ModelBundle, example_scores, prove, write_bundle
from risk_platform.scoring.card import Card
from risk_platform.scoring.model import Model
from risk_platform.scoring.segments import Segments
from risk_platform.training.fitted import Fitted


@dg.asset(io_manager_key="documents", group_name="registry", kinds={"mlflow"}, pool=REGISTRY)
def registered_champion(
    context: dg.AssetExecutionContext,
    model_lightgbm: Fitted,
    feature_state: FeatureState,
    champion_report: ChampionReport,
    borrower_segments: Segments,
    registry: dg.ResourceParam[Registry],
) -> Published:
    """The champion in the model registry, under the alias ``champion``.

    What is registered is a bundle: the booster as text, the state of the features, the segments of
    borrowers and a card, each with its digest. The MLflow run beside it holds parameters, figures
    and plots, and names the Dagster run that made it.
    """
    card = _card(
        context.run.run_id, registry.model_name, model_lightgbm, feature_state, champion_report
    )
    bundle = _bundle(model_lightgbm.model, feature_state, card, borrower_segments)
    with retried_io(context), tempfile.TemporaryDirectory() as folder:
        write_bundle(Path(folder), bundle)
        published = registry.publish(
            Path(folder),
            params={**model_lightgbm.parameters, "trees": model_lightgbm.rounds},
            metrics=champion_report.test,
            tags={"dagster_run_id": context.run.run_id, "protocol": champion_report.protocol},
            figures={
                "learning": learning_plot(model_lightgbm.history, model_lightgbm.rounds),
                "importance": importance_plot(model_lightgbm.importance),
                "reliability": reliability_plot(champion_report.reliability),
            },
        )
        # The alias moves last: nothing that cannot be fetched and scored as before is champion.
        prove(registry.load(published.version).bundle, published.version)
        registry.promote(published.version)
    context.add_output_metadata(
        {
            "version": published.version,
            "digest": published.digest,
            "mlflow_run_id": published.mlflow_run_id,
        }
    )
    return published


def _card(
    run_id: str,
    name: str,
    fitted: Fitted,
    state: FeatureState,
    report: ChampionReport,
) -> Card:
    return Card(
        name=name,
        protocol=report.protocol,
        family=fitted.model.family,
        features=fitted.model.inputs,
        contract=contract_digest(),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        run_id=run_id,
        metrics=report.test,
        winsorized={name: (cut.lower, cut.upper) for name, cut in state.bounds.items()},
        golden={},
    )


def _bundle(model: Model, state: FeatureState, card: Card, segments: Segments) -> ModelBundle:
    unproven = ModelBundle(model, state, card, segments)
    proven = replace(card, golden=example_scores(unproven))
    return ModelBundle(model, state, proven, segments)
