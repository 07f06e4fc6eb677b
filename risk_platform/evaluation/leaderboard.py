"""The leaderboard: every model on the same loans, under the same protocol, beside the sub-grade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from risk_platform.contract.protocols import Protocol
from risk_platform.contract.splits import Split, SplitPlan
from risk_platform.evaluation.delong import Comparison, delong
from risk_platform.evaluation.metrics import Interval, Outcomes, Scores, performance, ranking
from risk_platform.evaluation.predictions import Predictions
from risk_platform.evaluation.profit import ProfitReport, profit_report
from risk_platform.evaluation.resampling import intervals

SUB_GRADE = "sub_grade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """By which rules figures came about: what must be said beside them.

    Parameters
    ----------
    protocol
        The protocol's label; figures of two labels do not compare.
    warning
        What is wrong with its figures; empty for nothing.
    outcome, population, division
        The protocol in words.
    maturity
        Split to how ripe its loans are.
    credible_auc
        Above it a model has seen the outcome.
    published
        The best published figures under these rules, by name, on all loans; empty where none are.
    """

    protocol: str
    warning: str
    outcome: str
    population: str
    division: str
    maturity: Mapping[str, str]
    credible_auc: float
    published: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One score on one split.

    Parameters
    ----------
    name, split
        The model, or ``sub_grade``; validation or test.
    figures, intervals
        As ``performance`` and ``intervals`` give them; of the sub-grade ranking alone.
    against_sub_grade
        DeLong's test; ``None`` for the sub-grade itself.
    """

    name: str
    split: str
    figures: Mapping[str, float]
    intervals: Mapping[str, Interval]
    against_sub_grade: Comparison | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """Two models on test."""

    first: str
    second: str
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """Every model beside every other.

    Parameters
    ----------
    rules
        The rules that they were judged by.
    standings
        By split, the best AUC first.
    duels
        Each pair of models on test.
    profits
        Model to what approving by it would have brought on test.
    """

    rules: Rules
    standings: tuple[Standing, ...]
    duels: tuple[Duel, ...]
    profits: Mapping[str, ProfitReport]

    def of(self, split: Split) -> tuple[Standing, ...]:
        """Return the standings on one split, the best first."""
        return tuple(one for one in self.standings if one.split == split.value)

    @property
    def ranked(self) -> tuple[str, ...]:
        """The models, the best on validation first: test plays no part in choosing."""
        return tuple(one.name for one in self.of(Split.VALIDATION) if one.name != SUB_GRADE)

    @property
    def leader(self) -> str:
        """The model that ranks best on validation."""
        return self.ranked[0]


def rules_of(protocol: Protocol, plan: SplitPlan) -> Rules:
    """Return what must be said beside the figures of a protocol."""
    published = protocol.published
    figures = {"auc": published.auc, "ks": published.ks} if published else {}
    return Rules(
        protocol=protocol.label,
        warning=protocol.warning,
        outcome=protocol.outcome.about,
        population=str(protocol.population),
        division=str(plan.division),
        maturity={split.value: str(volume) for split, volume in plan.volumes.items()},
        credible_auc=protocol.credible_auc,
        published={name: value for name, value in figures.items() if value is not None},
    )


def leaderboard_of(rules: Rules, splits: Mapping[Split, Predictions]) -> Leaderboard:
    """Judge every model on every split.

    Parameters
    ----------
    rules
        The rules.
    splits
        Validation and test.
    """
    test = splits[Split.TEST]
    return Leaderboard(
        rules=rules,
        standings=tuple(one for split, of in splits.items() for one in _standings(split, of)),
        duels=tuple(
            Duel(first=a, second=b, comparison=delong(test.outcomes, test.pds[a], test.pds[b]))
            for a, b in combinations(test.pds, 2)
        ),
        profits={model: profit_report(test, model) for model in test.pds},
    )


def _standings(split: Split, loans: Predictions) -> Sequence[Standing]:
    made = [_standing(name, split, loans) for name in loans.pds]
    graded = ~np.isnan(loans.sub_grade)
    made.append(_incumbent(split, loans.outcomes[graded], loans.sub_grade[graded]))
    return sorted(made, key=lambda one: -one.figures["auc"])


def _standing(name: str, split: Split, loans: Predictions) -> Standing:
    pd = loans.pds[name]
    return Standing(
        name=name,
        split=split.value,
        figures=performance(loans.outcomes, pd),
        intervals=intervals(loans.outcomes, pd),
        against_sub_grade=delong(loans.outcomes, pd, loans.sub_grade),
    )


def _incumbent(split: Split, outcomes: Outcomes, ranks: Scores) -> Standing:
    return Standing(
        name=SUB_GRADE,
        split=split.value,
        figures=ranking(outcomes, ranks),
        intervals=intervals(outcomes, ranks, are_pds=False),
        against_sub_grade=None,
    )
