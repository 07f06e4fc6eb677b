"""Evaluation: how good the models are on loans that they have not seen, from stored predictions."""

import dagster as dg
import pyarrow as pa

from risk_platform.contract.splits import Split, SplitPlan
from risk_platform.evaluation.leaderboard import Leaderboard, leaderboard_of, rules_of
from risk_platform.evaluation.predictions import splits_of
from risk_platform.orchestration.candidates import CANDIDATES
from risk_platform.orchestration.metadata import standings_table
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
    board = leaderboard_of(
        rules_of(experiment.rules, split_plan), splits_of(model_predictions, CANDIDATES)
    )
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
