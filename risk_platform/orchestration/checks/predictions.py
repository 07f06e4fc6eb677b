"""Predictions: one for each judged loan, with its money, and none too good to be honest."""

import dagster as dg
import numpy as np
import pyarrow as pa

from risk_platform.contract.predictions import OUTCOME, SPLIT
from risk_platform.contract.splits import Cuts, Split, SplitPlan
from risk_platform.evaluation.leakage import Suspect, suspects
from risk_platform.evaluation.metrics import auc
from risk_platform.evaluation.predictions import splits_of
from risk_platform.orchestration.candidates import CANDIDATES
from risk_platform.orchestration.resources import Experiment

JUDGED = (Split.VALIDATION, Split.TEST)


@dg.asset_check(
    asset="model_predictions", additional_ins={"split_plan": dg.AssetIn()}, blocking=True
)
def every_judged_loan_is_predicted_once(
    model_predictions: pa.Table, split_plan: SplitPlan
) -> dg.AssetCheckResult:
    """Each loan of validation and test stands once, with an outcome and a PD of every model."""
    counts = {split.value: int(np.sum(_is_of(model_predictions, split))) for split in JUDGED}
    planned = {split.value: split_plan.volumes[split].known for split in JUDGED}
    repeated = model_predictions.num_rows - len(model_predictions["id"].unique())
    lacking = [n for n in (OUTCOME, *CANDIDATES) if model_predictions[n].null_count]
    outside = [name for name in CANDIDATES if not _are_pds(model_predictions, name)]
    # A draw divides months: what is planned for one of its splits is not counted apart.
    is_whole = counts == planned or not isinstance(split_plan.division, Cuts)
    return dg.AssetCheckResult(
        passed=is_whole and not (repeated or lacking or outside),
        metadata={
            "loans": dg.MetadataValue.json(counts),
            "planned": dg.MetadataValue.json(planned),
            "repeated": repeated,
            "lacking": lacking,
            "outside_0_to_1": outside,
        },
    )


@dg.asset_check(asset="model_predictions", blocking=True)
def no_model_ranks_better_than_is_credible(
    model_predictions: pa.Table, experiment: Experiment
) -> dg.AssetCheckResult:
    """No model's AUC, on validation or on test, is above what the protocol finds credible."""
    limit = experiment.rules.credible_auc
    found: list[Suspect] = []
    aucs: dict[str, float] = {}
    for split, loans in splits_of(model_predictions, CANDIDATES).items():
        found += suspects(split.value, loans.outcomes, loans.pds, limit)
        aucs |= {
            f"{name} on {split.value}": auc(loans.outcomes, loans.pds[name]) for name in loans.pds
        }
    return dg.AssetCheckResult(
        passed=not found,
        description=". ".join(map(str, found)) or None,
        metadata={"limit": limit, "auc": dg.MetadataValue.json(aucs)},
    )


def _is_of(table: pa.Table, split: Split) -> np.ndarray:
    return table[SPLIT].to_numpy() == split.value


def _are_pds(table: pa.Table, name: str) -> bool:
    pd = table[name].to_numpy()
    return bool(np.all((pd > 0) & (pd < 1)))
