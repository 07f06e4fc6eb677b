"""Reports: what a person reads before a model is trusted."""

import hashlib

import dagster as dg
import pyarrow as pa

from risk_platform.contract.splits import Split
from risk_platform.evaluation.curve_plots import champion_figures
from risk_platform.evaluation.gate import GateReport
from risk_platform.evaluation.leaderboard import Leaderboard
from risk_platform.evaluation.page import ModelFacts, render_report
from risk_platform.evaluation.predictions import splits_of
from risk_platform.evaluation.report import ChampionReport, champion_report_of
from risk_platform.orchestration.candidates import CANDIDATES
from risk_platform.orchestration.lineage import lineage_of
from risk_platform.orchestration.metadata import figures, plot
from risk_platform.scoring.calibration import UNCALIBRATED
from risk_platform.scoring.model import Model
from risk_platform.training.fitted import Fitted

# From the raw loans on, in the order in which they are made.
TRACED = (
    "raw_loans",
    "cleaned_loans",
    "split_plan",
    "split_loans",
    "feature_state",
    "reference_profile",
    "loan_features",
    *CANDIDATES,
    "model_predictions",
    "leaderboard",
    "registered_candidates",
    "proposed_champion",
    "champion_report",
)


@dg.asset(io_manager_key="documents", group_name="evaluation", kinds={"scikitlearn"})
def champion_report(
    context: dg.AssetExecutionContext,
    model_predictions: pa.Table,
    leaderboard: Leaderboard,
    proposed_champion: GateReport,
) -> ChampionReport:
    """All that is told of the proposed champion: figures, curves, vintages, stability and money.

    Where no candidate passed the gate, it is told of the best of them.

    The test split is later than anything the model or its stopping saw. Figures belong to the
    protocol that is named with them.
    """
    report = champion_report_of(
        leaderboard, proposed_champion.shown.candidate, splits_of(model_predictions, CANDIDATES)
    )
    against = report.against_sub_grade
    context.add_output_metadata(
        {"protocol": report.protocol, "model": report.model, **figures(report.test)}
        | {"test loans": report.maturity[Split.TEST.value]}
        | figures({"auc_low": report.auc.low, "auc_high": report.auc.high})
        | figures({f"sub_grade_{name}": value for name, value in report.sub_grade.items()})
        | figures({"p_value_against_sub_grade": against.p_value} if against else {})
        | _money(report)
        | {name: plot(figure) for name, figure in champion_figures(report).items()}
    )
    return report


@dg.asset(
    ins={name: dg.AssetIn(dagster_type=Fitted) for name in CANDIDATES},
    io_manager_key="pages",
    group_name="evaluation",
    kinds={"html"},
)
def validation_report(
    context: dg.AssetExecutionContext,
    leaderboard: Leaderboard,
    proposed_champion: GateReport,
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
    facts = _facts(model, candidates[model])
    page = render_report(champion_report, leaderboard, proposed_champion, facts, lineage)
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
        calibration=_calibration(fitted.model),
        notes=fitted.notes,
    )


def _money(report: ChampionReport) -> dict[str, dg.MetadataValue]:
    """Return what the money says, or why it says nothing."""
    told: dict[str, dg.MetadataValue] = {}
    if report.losses:
        ratio, why = report.losses.ratio, report.losses.why_not
        told |= figures({"expected_over_realised_loss": ratio.value}) if ratio else {}
        told |= {"expected_loss": dg.MetadataValue.text(why)} if why else {}
    if report.profit:
        gains = {f"profit_gain_at_{at.share:.0%}_usd": at.gain.value for at in report.profit.at}
        told |= figures({name.replace("%", "pct"): value for name, value in gains.items()})
        why = report.profit.why_not
        told |= {"profit": dg.MetadataValue.text(why)} if why else {}
    return told


def _calibration(model: Model) -> str:
    if model.calibration == UNCALIBRATED:
        return "its scores are taken as PDs"
    return f"scores made PDs by {type(model.calibration).__name__}"
