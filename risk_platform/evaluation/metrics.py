"""How well a model ranks and how true its probabilities are: arrays in, numbers out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    log_loss,
    roc_auc_score,
    roc_curve,
)

Outcomes = NDArray[np.int8]
Scores = NDArray[np.float64]

CALIBRATION_BINS = 10
BOOTSTRAP_SAMPLES = 200
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A figure with its bootstrap interval at 95 %."""

    value: float
    low: float
    high: float


def auc(outcomes: Outcomes, scores: Scores) -> float:
    """Return the area under the ROC curve: how often a defaulter scores above a payer."""
    return float(roc_auc_score(outcomes, scores))


def ks(outcomes: Outcomes, scores: Scores) -> float:
    """Return the Kolmogorov-Smirnov distance between the scores of defaulters and payers."""
    false_positives, true_positives, _ = roc_curve(outcomes, scores)
    return float(np.max(true_positives - false_positives))


def expected_calibration_error(outcomes: Outcomes, pd: Scores) -> float:
    """Return the mean gap of PD and default rate over deciles of PD, weighted by size."""
    gaps = [abs(row.mean_pd - row.default_rate) * row.loans for row in reliability(outcomes, pd)]
    return float(sum(gaps) / len(outcomes))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """One bin of the reliability curve."""

    loans: int
    mean_pd: float
    default_rate: float


def reliability(outcomes: Outcomes, pd: Scores) -> list[ReliabilityBin]:
    """Return mean PD and default rate by decile of PD, from the lowest."""
    order = np.argsort(pd, kind="stable")
    return [
        ReliabilityBin(
            loans=len(rows),
            mean_pd=float(np.mean(pd[rows])),
            default_rate=float(np.mean(outcomes[rows])),
        )
        for rows in np.array_split(order, CALIBRATION_BINS)
        if len(rows)
    ]


def top_decile_capture(outcomes: Outcomes, scores: Scores) -> float:
    """Return the share of all defaults that stand among the tenth with the highest scores.

    Loans that tie at the edge count in proportion. Where there is no default there is no share:
    NaN.
    """
    tenth, defaults = max(1, len(scores) // 10), np.sum(outcomes)
    edge = -np.partition(-scores, tenth - 1)[tenth - 1]
    above, tied = scores > edge, scores == edge
    found = np.sum(outcomes[above]) + np.mean(outcomes[tied]) * (tenth - np.sum(above))
    return float(found / defaults) if defaults else float("nan")


def ranking(outcomes: Outcomes, scores: Scores) -> dict[str, float]:
    """Return the figures of a score that need not be a probability."""
    area = auc(outcomes, scores)
    return {
        "auc": area,
        "gini": 2 * area - 1,
        "ks": ks(outcomes, scores),
        "pr_auc": float(average_precision_score(outcomes, scores)),
        "top_decile_capture": top_decile_capture(outcomes, scores),
    }


def performance(outcomes: Outcomes, pd: Scores) -> dict[str, float]:
    """Return every figure of a probability of default.

    Parameters
    ----------
    outcomes
        1 for default, 0 for none; both must occur.
    pd
        Probability of default, strictly between 0 and 1.
    """
    return ranking(outcomes, pd) | {
        "brier": float(brier_score_loss(outcomes, pd)),
        "log_loss": float(log_loss(outcomes, pd)),
        "ece": expected_calibration_error(outcomes, pd),
        "mean_pd": float(np.mean(pd)),
        "default_rate": float(np.mean(outcomes)),
        "loans": float(len(outcomes)),
    }


def bootstrap(
    figure: Callable[[Outcomes, Scores], float],
    outcomes: Outcomes,
    scores: Scores,
    *,
    seed: int = 0,
) -> Interval:
    """Return a figure with its percentile bootstrap interval, each class resampled apart.

    Resampling each class by itself keeps their shares, so that no sample lacks one.
    """
    rng = np.random.default_rng(seed)
    bad, good = np.flatnonzero(outcomes == 1), np.flatnonzero(outcomes == 0)

    def resampled() -> float:
        rows = np.concatenate([rng.choice(bad, len(bad)), rng.choice(good, len(good))])
        return figure(outcomes[rows], scores[rows])

    samples = [resampled() for _ in range(BOOTSTRAP_SAMPLES)]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(samples, [tail, 1 - tail])
    return Interval(value=figure(outcomes, scores), low=float(low), high=float(high))
