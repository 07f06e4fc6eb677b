"""Families: each of them says more of later loans than how many default."""

import math

import dagster as dg

from risk_platform.contract.splits import Split
from risk_platform.evaluation.metrics import performance
from risk_platform.orchestration.resources import Experiment
from risk_platform.spark.partwise import PartFiles
from risk_platform.training.fitted import Fitted
from risk_platform.training.inputs import inputs_of

CHANCE = 0.5


def _beats_the_base_rate(asset: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=asset,
        name="it_beats_the_base_rate_on_validation",
        additional_ins={"loan_features": dg.AssetIn()},
        # It cannot lead, as the gate demands the same; but it need not stop those that can.
        blocking=False,
    )
    def check(
        fitted: Fitted, loan_features: PartFiles, experiment: Experiment
    ) -> dg.AssetCheckResult:
        """The model ranks later loans better than chance, and says more than their rate."""
        later = inputs_of(loan_features.dataset(), Split.VALIDATION, experiment.rules)
        found = performance(later.outcomes, fitted.predict(later.features))
        rate = found["default_rate"]
        base = -(rate * math.log(rate) + (1 - rate) * math.log(1 - rate))
        return dg.AssetCheckResult(
            passed=found["auc"] > CHANCE and found["log_loss"] < base,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={**found, "log_loss_of_the_base_rate": base},
        )

    return check


logistic_regression = _beats_the_base_rate("model_logistic_regression")
random_forest = _beats_the_base_rate("model_random_forest")
gbt = _beats_the_base_rate("model_gbt")
mlp = _beats_the_base_rate("model_mlp")
