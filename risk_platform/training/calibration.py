"""Calibration: how scores become probabilities, learnt on loans later than those of training.

Platt's line in log-odds and a rising curve are fitted on the earlier part of the validation split
and judged on its later part, as in use: by log-loss, on loans that come after. What does best is
fitted again on all of it; where neither beats the scores as they are, they stay as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from risk_platform.scoring.calibration import (
    HIGHEST_PD,
    LOWEST_PD,
    UNCALIBRATED,
    Calibration,
    Isotonic,
    Platt,
    Scores,
)
from risk_platform.training.fitted import Fitted
from risk_platform.training.inputs import Inputs

Outcomes = NDArray[np.int8]
AS_IT_IS, PLATT, ISOTONIC = "as they are", "Platt", "isotonic"
# Fewer defaults or payers than these in either part teach a model's errors no better than chance.
FEWEST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A calibration, and what it was chosen by.

    Parameters
    ----------
    calibration
        What was chosen.
    kind
        Its kind.
    losses
        Kind to log-loss on the later part; empty where there are too few loans to choose by.
    """

    calibration: Calibration
    kind: str
    losses: Mapping[str, float]


def calibrated(fitted: Fitted, validation: Inputs) -> Fitted:
    """Calibrate a model of any family on loans later than those it was fitted on.

    Parameters
    ----------
    fitted
        The model. A calibration that it has, such as the change of a prior undone, is what its
        scores are as they are.
    validation
        Loans with their outcomes and months of issue.
    """
    bare = replace(fitted.model, calibration=UNCALIBRATED)
    scores = bare.predict(validation.features)
    chosen = choose(scores, validation.outcomes, validation.issued, fitted.model.calibration)
    return replace(
        fitted,
        model=replace(bare, calibration=chosen.calibration),
        notes=(*fitted.notes, _note(chosen)),
    )


def choose(
    scores: Scores,
    outcomes: Outcomes,
    issued: NDArray[np.int64],
    own: Calibration = UNCALIBRATED,
) -> Chosen:
    """Return the calibration that does best on later loans, fitted on all of them.

    Parameters
    ----------
    scores, outcomes, issued
        Shape (n,): scores between 0 and 1, 1 for default, and months since January 1970.
    own
        How the model takes scores as they are.
    """
    early = _earlier(issued)
    parts = (outcomes[early], outcomes[~early])
    if min(min(int(of.sum()), int((1 - of).sum())) for of in parts) < FEWEST:
        return Chosen(calibration=own, kind=AS_IT_IS, losses={})
    losses = {
        kind: float(log_loss(outcomes[~early], found.apply(scores[~early])))
        for kind, found in _candidates(scores[early], outcomes[early], own).items()
    }
    # The scores as they are stand first, and a tie leaves them so.
    kind = min(losses, key=losses.__getitem__)
    # Fitted on more loans a line may turn over, and is then no candidate.
    refitted = _candidates(scores, outcomes, own)
    kind = kind if kind in refitted else AS_IT_IS
    return Chosen(calibration=refitted[kind], kind=kind, losses=losses)


def fit_platt(scores: Scores, outcomes: Outcomes) -> Platt:
    """Return the line in log-odds of largest likelihood."""
    held = np.clip(scores, LOWEST_PD, HIGHEST_PD)
    odds = np.log(held / (1 - held)).reshape(-1, 1)
    line = LogisticRegression(C=np.inf).fit(odds, outcomes)
    return Platt(slope=float(line.coef_[0, 0]), intercept=float(line.intercept_[0]))


def fit_isotonic(scores: Scores, outcomes: Outcomes) -> Isotonic:
    """Return the rising curve of largest likelihood, through the centres of its steps.

    Steps would give many loans one PD. Through their centres the curve rises nearly everywhere, so
    that hardly any order is lost. No step is surer than its loans allow: a rate is taken to be at
    least one in as many as there are, and two. Source: Oron and Flournoy, Centered isotonic
    regression, Statistics in Biopharmaceutical Research 9, 2017.
    """
    least = 1 / (len(scores) + 2)
    steps = IsotonicRegression(y_min=least, y_max=1 - least).fit_transform(scores, outcomes)
    pds, of = np.unique(steps, return_inverse=True)
    centres = np.bincount(of, weights=scores) / np.bincount(of)
    return Isotonic(scores=tuple(centres.tolist()), pds=tuple(pds.tolist()))


def _candidates(scores: Scores, outcomes: Outcomes, own: Calibration) -> dict[str, Calibration]:
    line = fit_platt(scores, outcomes)
    # A line that falls would turn the ranking over.
    lines: dict[str, Calibration] = {PLATT: line} if line.slope > 0 else {}
    return {AS_IT_IS: own, **lines, ISOTONIC: fit_isotonic(scores, outcomes)}


def _earlier(issued: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell the earlier half of the loans, by months: one month is never divided.

    Loans of a single month, or of a median month that is the last, have no earlier half: all are
    early then.
    """
    middle = np.quantile(issued, 0.5, method="lower")
    before, upto = issued < middle, issued <= middle
    halves = [half for half in (before, upto) if half.any() and not half.all()]
    return min(halves, key=lambda half: abs(half.mean() - 0.5), default=upto)


def _note(chosen: Chosen) -> str:
    if not chosen.losses:
        return "scores were left as they are: validation has too few loans to calibrate on"
    told = ", ".join(f"{kind} {loss:.5f}" for kind, loss in chosen.losses.items())
    return f"calibrated: {chosen.kind}; log-loss on the later half of validation: {told}"
