"""Profit at a cut-off: what the loans brought that a model would have approved, in USD.

Held against the lender's sub-grade at equal volume: as many loans, the safest by each. A volume is
given, not chosen, so that nothing is picked by looking at the loans that judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from risk_platform.evaluation.metrics import BOOTSTRAP_SAMPLES, CONFIDENCE, Interval, Scores
from risk_platform.evaluation.predictions import Numbers, Predictions

# Shares of the loans that are approved.
VOLUMES = (0.5, 0.7, 0.8, 0.9)
# What a curve is drawn through.
CURVE = tuple(share / 100 for share in range(5, 101, 5))
# With fewer loans whose money is complete the intervals would be wider than anything they hold.
FEWEST_LOANS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfitAt:
    """Approving the safest loans of test.

    Parameters
    ----------
    share, loans
        How many are approved.
    cut_off
        Highest PD that is approved.
    profit, incumbent
        Of the loans that the model approves, and of as many that the sub-grade does; USD. Loans
        that tie at the edge count in part.
    gain
        The first less the second.
    """

    share: float
    loans: int
    cut_off: float
    profit: Interval
    incumbent: Interval
    gain: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfitReport:
    """What approving by a model would have brought.

    Parameters
    ----------
    loans, out_of
        Loans of test whose money is complete, of how many.
    profit
        Of all of them, USD.
    at
        By share approved; empty where nothing can be told.
    curve
        Share approved, profit by the model, profit by the sub-grade.
    why_not
        Why nothing can be told; empty where it can.
    """

    loans: int
    out_of: int
    profit: float
    at: tuple[ProfitAt, ...]
    curve: tuple[tuple[float, float, float], ...]
    why_not: str = ""


def profit_report(loans: Predictions, model: str) -> ProfitReport:
    """Work out what approving by a model would have brought, where the money is complete."""
    told = loans.money.is_complete & ~np.isnan(loans.money.profit) & ~np.isnan(loans.sub_grade)
    profit, count, out_of = loans.money.profit[told], int(told.sum()), len(told)
    total = float(profit.sum())
    if count < FEWEST_LOANS:
        why = (
            f"of {out_of:,} loans of test {count:,} have complete money, their term having ended "
            f"by the snapshot: fewer than {FEWEST_LOANS}. Protocols of ended terms can tell"
        )
        return ProfitReport(loans=count, out_of=out_of, profit=total, at=(), curve=(), why_not=why)
    pd, grade = Approval(loans.pds[model][told]), Approval(loans.sub_grade[told])
    volumes = [share * count for share in CURVE]
    drawn = zip(CURVE, pd.profit(profit, volumes), grade.profit(profit, volumes), strict=True)
    return ProfitReport(
        loans=count,
        out_of=out_of,
        profit=total,
        at=_with_intervals(pd, grade, profit),
        curve=tuple((share, float(by_pd), float(by_grade)) for share, by_pd, by_grade in drawn),
    )


class Approval:
    """Loans in the order in which a score approves them; equal scores are approved together.

    Parameters
    ----------
    scores
        Shape (n,), the lowest is approved first.
    """

    def __init__(self, scores: Scores) -> None:
        self.values, self._places = np.unique(scores, return_inverse=True)

    def profit(
        self, profit: Numbers, approved: Sequence[float], weights: Numbers | None = None
    ) -> Numbers:
        """Return the profit of so many loans; of those that tie at the edge, in proportion.

        Parameters
        ----------
        profit
            Of each loan, USD.
        approved
            How many, as often as is asked.
        weights
            How often each loan counts; once by default.

        Returns
        -------
        array of the shape of ``approved``
        """
        counts = self._sums(np.ones_like(profit) if weights is None else weights)
        sums = self._sums(profit if weights is None else profit * weights)
        loans, brought = (np.concatenate([[0.0], np.cumsum(of)]) for of in (counts, sums))
        return np.interp(approved, loans, brought)

    def volume(self, score: float, weights: Numbers | None = None) -> float:
        """Return how many loans have at most a score; ``weights`` as of ``profit``."""
        counts = self._sums(np.ones(len(self._places)) if weights is None else weights)
        return float(counts[: np.searchsorted(self.values, score, side="right")].sum())

    def cut_off(self, approved: int) -> float:
        """Return the highest score among so many loans."""
        counts = self._sums(np.ones(len(self._places)))
        return float(self.values[np.searchsorted(np.cumsum(counts), approved)])

    def _sums(self, of: Numbers) -> Numbers:
        held = np.bincount(self._places, weights=of, minlength=len(self.values))
        return held.astype(np.float64)


def _with_intervals(model: Approval, grade: Approval, profit: Numbers) -> tuple[ProfitAt, ...]:
    loans = len(profit)
    volumes = [round(share * loans) for share in VOLUMES]
    rng = np.random.default_rng(0)
    samples = [
        _both(model, grade, profit, volumes, resampled(rng, loans))
        for _ in range(BOOTSTRAP_SAMPLES)
    ]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(samples, [tail, 1 - tail], axis=0)
    values = _both(model, grade, profit, volumes, None)
    return tuple(
        ProfitAt(
            share=share,
            loans=volumes[at],
            cut_off=model.cut_off(volumes[at]),
            profit=_interval(values[0, at], low[0, at], high[0, at]),
            incumbent=_interval(values[1, at], low[1, at], high[1, at]),
            gain=_interval(values[2, at], low[2, at], high[2, at]),
        )
        for at, share in enumerate(VOLUMES)
    )


def _both(
    model: Approval,
    grade: Approval,
    profit: Numbers,
    volumes: Sequence[float],
    weights: Numbers | None,
) -> Numbers:
    """Return profits of shape (3, volumes): by the model, by the grade, and their difference."""
    by_model, by_grade = (of.profit(profit, volumes, weights) for of in (model, grade))
    return np.vstack([by_model, by_grade, by_model - by_grade])


def resampled(rng: np.random.Generator, loans: int) -> Numbers:
    """Return how often each loan stands in a sample of as many, drawn with replacement."""
    return np.bincount(rng.integers(0, loans, loans), minlength=loans).astype(np.float64)


def _interval(value: float, low: float, high: float) -> Interval:
    return Interval(value=float(value), low=float(low), high=float(high))
