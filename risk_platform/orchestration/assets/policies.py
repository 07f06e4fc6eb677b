"""Policies: what approving from each score on would have brought."""

import dagster as dg
import pyarrow as pa

from risk_platform.contract.splits import Split
from risk_platform.evaluation.frontier import CutOff, PolicyFrontier, frontier_of
from risk_platform.evaluation.losses import loss_rates
from risk_platform.evaluation.predictions import splits_of
from risk_platform.evaluation.report import ChampionReport
from risk_platform.orchestration.candidates import CANDIDATES
from risk_platform.scoring.policy import Policy


@dg.asset(io_manager_key="documents", group_name="evaluation", kinds={"numpy"})
def policy_frontier(
    context: dg.AssetExecutionContext,
    model_predictions: pa.Table,
    champion_report: ChampionReport,
    policy: dg.ResourceParam[Policy],
) -> PolicyFrontier:
    """What approving from each score on would have brought on the test split, in loans and USD.

    Approval rate against default rate, loss and profit, with intervals over resampled loans, beside
    the lender's sub-grade at equal volume, and which loans the two would swap. What a default costs
    was learnt on validation. It is a look back: who picks a cut-off here has seen these loans.
    """
    splits = splits_of(model_predictions, CANDIDATES)
    frontier = frontier_of(
        champion_report.protocol,
        splits[Split.TEST],
        champion_report.model,
        loss_rates(splits[Split.VALIDATION]),
        policy,
    )
    context.add_output_metadata(
        {
            "protocol": frontier.protocol,
            "model": frontier.model,
            "loans": frontier.loans,
            "profit": frontier.why_no_profit or "told",
            "cut_offs": dg.MetadataValue.table([_row(frontier, of) for of in frontier.cut_offs]),
        }
    )
    return frontier


def _row(frontier: PolicyFrontier, of: CutOff) -> dg.TableRecord:
    return dg.TableRecord(
        {
            "approve from": of.points,
            "in force": "yes" if of.points == frontier.approve_from else "",
            "approved": f"{of.share:.1%}",
            "default rate": f"{of.default_rate.value:.2%}",
            "by sub-grade": f"{of.incumbent_default_rate.value:.2%}",
            "loss USD": round(of.loss.value),
            "loss by sub-grade USD": round(of.incumbent_loss.value),
            "profit USD": "" if of.profit is None else f"{of.profit.value:,.0f}",
        }
    )
