"""The champion's report: how it does on loans that it has not seen, beside the lender's grade."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from risk_platform.contract.splits import Split
from risk_platform.evaluation.curves import Curve, gain, roc, separation
from risk_platform.evaluation.delong import Comparison
from risk_platform.evaluation.leaderboard import SUB_GRADE, Leaderboard
from risk_platform.evaluation.losses import LossReport, loss_report
from risk_platform.evaluation.metrics import (
    Interval,
    Outcomes,
    ReliabilityBin,
    Scores,
    performance,
    ranking,
    reliability,
)
from risk_platform.evaluation.predictions import Predictions
from risk_platform.evaluation.profit import ProfitReport
from risk_platform.evaluation.resampling import intervals
from risk_platform.evaluation.slices import Slice, calibration_error, slices_of
from risk_platform.evaluation.stability import Stability, stability


@dataclass(frozen=True, slots=True, kw_only=True)
class ChampionReport:
    """Figures of a champion.

    Parameters
    ----------
    protocol
        The protocol that they belong to; figures of another cannot be compared with these.
    validation, test
        Every figure on the two later splits.
    auc, ks
        On test, with intervals.
    sub_grade
        Ranking figures of the lender's own sub-grade on the same test loans.
    sub_grade_auc
        Its AUC with its interval.
    reliability
        Deciles of PD on test.
    model
        Which of the candidates it is.
    maturity
        Split to how ripe its loans are.
    against_sub_grade
        DeLong's test on test.
    slices
        ``vintage``, ``grade``, ``term`` and ``segment``, where there are segments, to the parts of
        test.
    calibration_errors
        By vintage, grade and so on: the mean gap of PD and default rate over its parts of test.
    stability, losses, profit
        Over time; expected loss against the realised; what approving by it would have brought.
    curves
        Name to points: ``roc``, ``gain`` and their ``… sub_grade``, ``payers``, ``defaulters``.
    """

    protocol: str
    validation: Mapping[str, float]
    test: Mapping[str, float]
    auc: Interval
    ks: Interval
    sub_grade: Mapping[str, float]
    sub_grade_auc: Interval
    sub_grade_ks: Interval
    reliability: tuple[ReliabilityBin, ...]
    model: str = ""
    maturity: Mapping[str, str] = field(default_factory=dict)
    against_sub_grade: Comparison | None = None
    slices: Mapping[str, tuple[Slice, ...]] = field(default_factory=dict)
    calibration_errors: Mapping[str, float] = field(default_factory=dict)
    stability: Stability | None = None
    losses: LossReport | None = None
    profit: ProfitReport | None = None
    curves: Mapping[str, Curve] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Loans of one split with what is to be judged: arrays of the same length.

    Parameters
    ----------
    outcomes
        1 for default, 0 for none.
    pd
        The champion's probability of default.
    sub_grade
        Rank of the lender's sub-grade, 1 the safest; NaN where it has none.
    """

    outcomes: Outcomes
    pd: Scores
    sub_grade: Scores


def judge(protocol: str, validation: Judged, test: Judged) -> ChampionReport:
    """Work out a champion's report."""
    champion = intervals(test.outcomes, test.pd)
    incumbent = intervals(test.outcomes, test.sub_grade, are_pds=False)
    return ChampionReport(
        protocol=protocol,
        validation=performance(validation.outcomes, validation.pd),
        test=performance(test.outcomes, test.pd),
        auc=champion["auc"],
        ks=champion["ks"],
        sub_grade=ranking(test.outcomes, test.sub_grade),
        sub_grade_auc=incumbent["auc"],
        sub_grade_ks=incumbent["ks"],
        reliability=tuple(reliability(test.outcomes, test.pd)),
    )


def champion_report_of(
    board: Leaderboard, model: str, splits: Mapping[Split, Predictions]
) -> ChampionReport:
    """Work out all that is told of one model of the leaderboard.

    Parameters
    ----------
    board
        Where it stands.
    model
        Its name.
    splits
        Validation and test.
    """
    validation, test = splits[Split.VALIDATION], splits[Split.TEST]
    standing = next(one for one in board.of(Split.TEST) if one.name == model)
    parts = slices_of(test, model)
    report = judge(board.rules.protocol, *(_judged(of, model) for of in (validation, test)))
    return replace(
        report,
        model=model,
        maturity=board.rules.maturity,
        against_sub_grade=standing.against_sub_grade,
        slices=parts,
        calibration_errors={by: calibration_error(of) for by, of in parts.items() if of},
        stability=stability(validation, test, model, parts["vintage"]),
        losses=loss_report(validation, test, model),
        profit=board.profits[model],
        curves=_curves(_judged(test, model)),
    )


def _judged(loans: Predictions, model: str) -> Judged:
    """Return the loans that have a sub-grade, so that both are judged on the same."""
    graded = ~np.isnan(loans.sub_grade)
    return Judged(
        outcomes=loans.outcomes[graded],
        pd=loans.pds[model][graded],
        sub_grade=loans.sub_grade[graded],
    )


def _curves(of: Judged) -> dict[str, Curve]:
    return {
        "roc": roc(of.outcomes, of.pd),
        f"roc {SUB_GRADE}": roc(of.outcomes, of.sub_grade),
        "gain": gain(of.outcomes, of.pd),
        f"gain {SUB_GRADE}": gain(of.outcomes, of.sub_grade),
        **separation(of.outcomes, of.pd),
    }
