"""Reports: what a person reads before a model is trusted."""

import hashlib

import dagster as dg

from risk_platform.evaluation.leaderboard import Leaderboard
from risk_platform.evaluation.page import ModelFacts, render_report
from risk_platform.evaluation.report import ChampionReport
from risk_platform.orchestration.candidates import CANDIDATES
from risk_platform.orchestration.lineage import lineage_of
from risk_platform.training.fitted import Fitted

# From the raw loans on, in the order in which they are made.
TRACED = (
    "raw_loans",
    "cleaned_loans",
    "split_plan",
    "split_loans",
    "feature_state",
    "loan_features",
    *CANDIDATES,
    "model_predictions",
    "leaderboard",
    "champion_report",
)


@dg.asset(
    ins={name: dg.AssetIn(dagster_type=Fitted) for name in CANDIDATES},
    io_manager_key="pages",
    group_name="evaluation",
    kinds={"html"},
)
def validation_report(
    context: dg.AssetExecutionContext,
    leaderboard: Leaderboard,
    champion_report: ChampionReport,
    **candidates: Fitted,
) -> str:
    """The validation report and model card: a page of HTML that stands alone.

    Each number in it links to the version of the asset that it came from, as Dagster's event log
    has it: the protocol with its warning and how ripe its loans are, every model beside the
    lender's sub-grade, the champion by vintage, grade and term, its stability and its money, and
    what is not known.
    """
    model = champion_report.model
    lineage = lineage_of(context.instance, TRACED)
    page = render_report(champion_report, leaderboard, _facts(model, candidates[model]), lineage)
    context.add_output_metadata(
        {
            "protocol": champion_report.protocol,
            "content": hashlib.sha256(page.encode()).hexdigest(),
            "assets": [source.asset for source in lineage],
        }
    )
    return page


def _facts(asset: str, fitted: Fitted) -> ModelFacts:
    return ModelFacts(
        asset=asset,
        family=fitted.model.family.value,
        inputs=fitted.model.inputs,
        parameters=fitted.parameters,
        rounds=fitted.rounds,
        calibration=f"scores made PDs by {type(fitted.model.calibration).__name__}",
        notes=fitted.notes,
    )
