"""Evaluation: how good the champion is, on loans that it has not seen."""

import dagster as dg
import pyarrow as pa

from risk_platform.contract.splits import Split
from risk_platform.evaluation.plots import reliability_plot
from risk_platform.evaluation.report import ChampionReport, Judged, judge
from risk_platform.orchestration.metadata import figures, plot
from risk_platform.orchestration.resources import Experiment
from risk_platform.training.fitted import Fitted
from risk_platform.training.inputs import Inputs, inputs_of


@dg.asset(io_manager_key="documents", group_name="evaluation", kinds={"scikitlearn"})
def champion_report(
    context: dg.AssetExecutionContext,
    loan_features: pa.Table,
    model_lightgbm: Fitted,
    experiment: Experiment,
) -> ChampionReport:
    """The champion's figures on the test split, beside those of the lender's own sub-grade.

    The test split is later than anything the model or its stopping saw. Figures belong to the
    protocol that is named with them.
    """
    protocol = experiment.rules
    validation, test = (
        _judged(inputs_of(loan_features, split, protocol), model_lightgbm)
        for split in (Split.VALIDATION, Split.TEST)
    )
    report = judge(protocol.label, validation, test)
    context.add_output_metadata(
        {"protocol": protocol.label, **figures(report.test)}
        | figures({"auc_low": report.auc.low, "auc_high": report.auc.high})
        | figures({f"sub_grade_{name}": value for name, value in report.sub_grade.items()})
        | {"reliability": plot(reliability_plot(report.reliability))}
    )
    return report


def _judged(inputs: Inputs, booster: Fitted) -> Judged:
    return Judged(
        outcomes=inputs.outcomes,
        pd=booster.predict(inputs.features),
        sub_grade=inputs.sub_grade,
    )
