"""Evaluation: how good the models are on loans that they have not seen, from stored predictions."""

import dagster as dg
import pyarrow as pa

from risk_platform.contract.splits import Split, SplitPlan
from risk_platform.evaluation.curve_plots import champion_figures
from risk_platform.evaluation.leaderboard import Leaderboard, leaderboard_of, rules_of
from risk_platform.evaluation.predictions import Predictions, predictions_of
from risk_platform.evaluation.report import ChampionReport, champion_report_of
from risk_platform.orchestration.candidates import CANDIDATES, CHAMPION
from risk_platform.orchestration.metadata import figures, plot, standings_table
from risk_platform.orchestration.resources import Experiment


@dg.asset(io_manager_key="documents", group_name="evaluation", kinds={"scikitlearn"})
def leaderboard(
    context: dg.AssetExecutionContext,
    model_predictions: pa.Table,
    split_plan: SplitPlan,
    experiment: Experiment,
) -> Leaderboard:
    """Every model beside every other and the lender's sub-grade, on validation and on test.

    All figures are worked out from the stored predictions, with intervals over resampled loans and
    DeLong's test against the sub-grade. They belong to the protocol that is named with them, and
    say how ripe the loans are. The leader is who ranks best on validation.
    """
    board = leaderboard_of(rules_of(experiment.rules, split_plan), _splits(model_predictions))
    context.add_output_metadata(
        {
            "protocol": board.rules.protocol,
            "warning": board.rules.warning or "none",
            "leader": board.leader,
            **{f"{split} loans": said for split, said in board.rules.maturity.items()},
            **{
                split.value: standings_table(board.of(split))
                for split in (Split.VALIDATION, Split.TEST)
            },
        }
    )
    return board


@dg.asset(io_manager_key="documents", group_name="evaluation", kinds={"scikitlearn"})
def champion_report(
    context: dg.AssetExecutionContext, model_predictions: pa.Table, leaderboard: Leaderboard
) -> ChampionReport:
    """All that is told of the champion: figures, curves, vintages, stability and money.

    The test split is later than anything the model or its stopping saw. Figures belong to the
    protocol that is named with them.
    """
    report = champion_report_of(leaderboard, CHAMPION, _splits(model_predictions))
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


def _splits(table: pa.Table) -> dict[Split, Predictions]:
    return {
        split: predictions_of(table, split, CANDIDATES) for split in (Split.VALIDATION, Split.TEST)
    }


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
