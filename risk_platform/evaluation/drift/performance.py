"""Performance: how a model did on what it decided, when outcomes are known, and what is expected.

Outcomes come months after decisions. Loans are judged together by a month that nearly all of them
have reached, and those of which it is not known what they were by then are left out and counted.
Before the first month there is an estimate, from the PDs themselves: it assumes that they are
calibrated, which is what drift puts in doubt.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from risk_platform.evaluation.drift.distances import Floats
from risk_platform.evaluation.metrics import auc

# Loans are judged by the last month of which so many of them are known. Of those that are not,
# only the defaults would be: the rate is too high by a ninth at the most.
RIPE_SHARE = 0.9


class Basis(StrEnum):
    """What figures rest on."""

    OUTCOMES = "outcomes"
    ESTIMATE = "estimate, assuming that the PDs are calibrated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """How well a model ranks loans, and how true its PDs are.

    Parameters
    ----------
    basis
        What the figures rest on.
    loans
        How many they are of.
    left_out
        Loans that are followed, and of which it is not known whether they defaulted by then.
    months
        By which month a default counts. Of an estimate the months that the PDs speak of.
    mean_pd, default_rate
        What was said, and what came of it.
    auc
        How often a defaulter had the higher PD; ``None`` where there are not both.
    brier
        Mean squared error of the PDs; ``None`` where outcomes are of fewer months than the PDs.
    """

    basis: Basis
    loans: int
    left_out: int = 0
    months: int
    mean_pd: float
    default_rate: float
    auc: float | None
    brier: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Loans that are followed after they were decided.

    Parameters
    ----------
    pds
        What the model said, shape (n,).
    observed
        Months for which each was seen, shape (n,).
    defaulted
        In which month on book it defaulted, NaN where it did not, shape (n,).
    """

    pds: Floats
    observed: Floats
    defaulted: Floats

    def ripe(self, months: int) -> NDArray[np.bool_]:
        """Tell of which it is known whether they defaulted by a month, shape (n,).

        Of one that did it is, however long it was seen: many are told of until then, and no longer.
        """
        return (self.observed >= months) | (self.defaulted <= months)


def maturity(loans: Followed, horizon: int) -> int:
    """Return by which month to judge loans: the last one of which nearly all are known.

    A loan that was seen for no month at all is not followed yet, and none waits for it.

    Parameters
    ----------
    loans
        The loans, decided at about the same time.
    horizon
        Months that the PDs speak of: no later one.

    Returns
    -------
    int
        The month; 0: nearly all are known of none yet.
    """
    begun = loans.ripe(1)
    for months in range(horizon if begun.any() else 0, 0, -1):
        if loans.ripe(months)[begun].mean() >= RIPE_SHARE:
            return months
    return 0


def realised(loans: Followed, months: int, horizon: int) -> Performance | None:
    """Return how a model did on loans, by some month; ``None``: nothing is known of any by then.

    To compare two groups of loans, ask for the same month of both: a loan that had a year had four
    times as long to default as one that had a quarter.

    Parameters
    ----------
    loans
        The loans. What is not ripe by then is left out.
    months
        By which month, one that nearly all have reached (``maturity``): of young loans only those
        that defaulted early are known.
    horizon
        Months that the PDs speak of.
    """
    ripe = loans.ripe(months)
    if not ripe.any():
        return None
    pds, outcomes = loans.pds[ripe], (loans.defaulted[ripe] <= months).astype(np.int8)
    both = 0 < int(outcomes.sum()) < len(outcomes)
    return Performance(
        basis=Basis.OUTCOMES,
        loans=len(pds),
        left_out=len(ripe) - len(pds),
        months=months,
        mean_pd=float(pds.mean()),
        default_rate=float(outcomes.mean()),
        auc=auc(outcomes, pds) if both else None,
        brier=float(np.mean((pds - outcomes) ** 2)) if months == horizon else None,
    )


def estimated(pds: Floats, horizon: int) -> Performance | None:
    """Return how a model would do if its PDs were true; ``None`` of no loans.

    Confidence-based performance estimation: each loan defaults with its PD, by itself. Source:
    Białek et al., Estimating Model Performance Under Covariate Shift Without Labels, 2024.

    Parameters
    ----------
    pds
        What the model said, shape (n,).
    horizon
        Months that they speak of.
    """
    if not len(pds):
        return None
    return Performance(
        basis=Basis.ESTIMATE,
        loans=len(pds),
        months=horizon,
        mean_pd=float(pds.mean()),
        default_rate=float(pds.mean()),
        auc=_expected_auc(pds),
        brier=float(np.mean(pds * (1 - pds))),
    )


def _expected_auc(pds: Floats) -> float | None:
    """Return the pairs that are ranked right over all pairs of a defaulter and a payer, expected.

    A pair of loans is in the sum with the probability that the one defaults and the other pays; a
    loan makes no pair with itself. Loans of the same PD are ranked right half of the time.
    """
    values, loans = np.unique(pds, return_counts=True)
    bad, good = values * loans, (1 - values) * loans
    with_themselves = values * (1 - values) * loans
    pairs = bad.sum() * good.sum() - with_themselves.sum()
    if pairs <= 0:
        return None
    below = np.cumsum(good) - good
    right = np.sum(bad * below) + np.sum(bad * good - with_themselves) / 2
    return float(right / pairs)
