"""Performance: how a model did on what it decided, when outcomes are known, and what is expected.

Outcomes come months after decisions. Of what has not ripened nothing is known, and what has is
compared with loans of training that had as many months. Until then there is an estimate, from the
PDs themselves: it assumes that they are calibrated, which is what drift puts in doubt.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from risk_platform.evaluation.drift.distances import Floats
from risk_platform.evaluation.metrics import auc


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
    months
        How long each loan was seen at least: what counts is whether it defaulted by then. Of an
        estimate the months that the PDs speak of.
    mean_pd, default_rate
        What was said, and what came of it.
    auc
        How often a defaulter had the higher PD; ``None`` where there are not both.
    brier
        Mean squared error of the PDs; ``None`` where outcomes are of fewer months than the PDs.
    """

    basis: Basis
    loans: int
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


def realised(loans: Followed, months: int, horizon: int) -> Performance | None:
    """Return how a model did on the loans that were seen for some months; ``None``: there are none.

    To compare two groups of loans, ask for the same months of both: a loan that had a year had four
    times as long to default as one that had a quarter.

    Parameters
    ----------
    loans
        The loans. One that was seen for fewer months is left out, whether or not it defaulted: of
        young loans only those that defaulted early would be known.
    months
        For how many.
    horizon
        Months that the PDs speak of.
    """
    ripe = loans.observed >= months
    if not ripe.any():
        return None
    pds, outcomes = loans.pds[ripe], (loans.defaulted[ripe] <= months).astype(np.int8)
    both = 0 < int(outcomes.sum()) < len(outcomes)
    return Performance(
        basis=Basis.OUTCOMES,
        loans=len(pds),
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
