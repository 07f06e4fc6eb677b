"""The champion's report: how it does on loans that it has not seen, beside the lender's grade."""

from collections.abc import Mapping
from dataclasses import dataclass

from risk_platform.evaluation.metrics import (
    Interval,
    Outcomes,
    ReliabilityBin,
    Scores,
    auc,
    bootstrap,
    ks,
    performance,
    ranking,
    reliability,
)


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
    return ChampionReport(
        protocol=protocol,
        validation=performance(validation.outcomes, validation.pd),
        test=performance(test.outcomes, test.pd),
        auc=bootstrap(auc, test.outcomes, test.pd),
        ks=bootstrap(ks, test.outcomes, test.pd),
        sub_grade=ranking(test.outcomes, test.sub_grade),
        sub_grade_auc=bootstrap(auc, test.outcomes, test.sub_grade),
        sub_grade_ks=bootstrap(ks, test.outcomes, test.sub_grade),
        reliability=tuple(reliability(test.outcomes, test.pd)),
    )
