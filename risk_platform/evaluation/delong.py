"""Two scores of the same loans: whether one ranks better, beyond what chance would do.

Source: DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837-845, by the fast algorithm of
Sun and Xu, IEEE Signal Processing Letters 21 (2014) 1389-1393: midranks instead of all pairs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

from risk_platform.evaluation.metrics import CONFIDENCE, Interval, Outcomes, Scores

_REACH = float(norm.ppf((1 + CONFIDENCE) / 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two AUCs of the same loans.

    Parameters
    ----------
    loans
        How many loans have both scores.
    first, second
        The AUCs.
    difference
        First less second, with its interval at 95 %.
    p_value
        How often chance alone would set two equally good scores so far apart, either way.
    """

    loans: int
    first: float
    second: float
    difference: Interval
    p_value: float


def delong(outcomes: Outcomes, first: Scores, second: Scores) -> Comparison:
    """Compare the AUCs of two scores, over the loans that have both.

    Parameters
    ----------
    outcomes
        1 for default, 0 for none; at least two of each.
    first, second
        Higher is riskier; NaN where a loan has no score.
    """
    known = ~(np.isnan(first) | np.isnan(second))
    areas, errors = _areas(outcomes[known], np.vstack([first[known], second[known]]))
    gap = float(areas[0] - areas[1])
    error = float(np.sqrt(max(errors[0, 0] + errors[1, 1] - 2 * errors[0, 1], 0.0)))
    return Comparison(
        loans=int(known.sum()),
        first=float(areas[0]),
        second=float(areas[1]),
        difference=_interval(gap, error),
        p_value=float(2 * norm.sf(abs(gap) / error)) if error else 1.0,
    )


def auc_interval(outcomes: Outcomes, scores: Scores) -> Interval:
    """Return an AUC with its interval at 95 %, without resampling; at least two of each class."""
    areas, errors = _areas(outcomes, scores[None, :])
    return _interval(float(areas[0]), float(np.sqrt(errors[0, 0])))


def _interval(value: float, error: float) -> Interval:
    return Interval(value=value, low=value - _REACH * error, high=value + _REACH * error)


def _areas(
    outcomes: Outcomes, scores: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the AUC of each row of scores, and the covariances of the AUCs."""
    is_bad = outcomes == 1
    bad, good = int(is_bad.sum()), int((~is_bad).sum())
    among_all = rankdata(scores, axis=1)
    # For each defaulter the share of payers below it, for each payer that of defaulters above it.
    below = (among_all[:, is_bad] - rankdata(scores[:, is_bad], axis=1)) / good
    above = 1 - (among_all[:, ~is_bad] - rankdata(scores[:, ~is_bad], axis=1)) / bad
    covariances = np.atleast_2d(np.cov(below)) / bad + np.atleast_2d(np.cov(above)) / good
    return below.mean(axis=1), covariances
