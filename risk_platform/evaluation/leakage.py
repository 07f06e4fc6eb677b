"""The trip-wires: what ranks defaults better than any honest input, or any honest model, can."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_platform.evaluation.metrics import Outcomes, Scores, auc

# The best honest input, the middle of the FICO range, reaches 0.62 on real loans.
TRIP_WIRE = 0.80
# Of the 200 riskiest by the best honest input, the sub-grade, 45 % default on real loans and 56 %
# on generated ones.
CERTAINTY = 0.90
# Below this many known values an AUC says little; as many make an extreme.
FEWEST_LOANS = 200
# Of loans that are like all others this many would default; among them not one did. Of the safest
# sub-grade a seventh as many default as of all loans: that is no chance of one in a thousand.
MISSED_DEFAULTS = 60


def single_input_auc(outcomes: Outcomes, values: Scores) -> float | None:
    """Return the AUC of one input alone, in whichever direction, over the loans that have it.

    ``None`` where too few have it, or none of them defaulted, or all did.
    """
    known = ~np.isnan(values)
    held = outcomes[known]
    if known.sum() < FEWEST_LOANS or held.min() == held.max():
        return None
    area = auc(held, values[known])
    return max(area, 1 - area)


def certainty(outcomes: Outcomes, values: Scores) -> float | None:
    """Return the default rate among the loans with an input's most extreme values, the worse end.

    An AUC does not see an input that is known of few: of the loans with recoveries every one has
    defaulted, though many defaulters have none yet. Loans that tie at the edge count by their mean.
    ``None`` where too few have the input for both ends.
    """
    known = ~np.isnan(values)
    if known.sum() < 2 * FEWEST_LOANS:
        return None
    _, places, counts = np.unique(values[known], return_inverse=True, return_counts=True)
    defaults = np.bincount(places, weights=outcomes[known])
    ends = ((counts, defaults), (counts[::-1], defaults[::-1]))
    found = [np.interp(FEWEST_LOANS, [0, *np.cumsum(n)], [0, *np.cumsum(of)]) for n, of in ends]
    return float(max(found)) / FEWEST_LOANS


def spotless(outcomes: Outcomes, values: Scores, *, are_labels: bool) -> str:
    """Say which loans never default, as no honest input can tell; empty where all is well.

    An AUC and the worse end see nothing of an input that is known of payers alone.

    Parameters
    ----------
    outcomes, values
        Shape (n,): 1 for default; the input, NaN where unknown.
    are_labels
        Whether values are codes of labels, and have no ends.
    """
    known = ~np.isnan(values)
    groups = {"known": known, "unknown": ~known}
    if are_labels:
        groups |= {f"label {code:g}": values == code for code in np.unique(values[known])}
    elif known.any():
        most = int(np.ceil(MISSED_DEFAULTS / max(outcomes.mean(), 1e-9)))
        groups |= {"low": _end(values, known, most), "high": _end(-values, known, most)}
    rate = float(outcomes.mean())
    alike = (name for name, rows in groups.items() if _is_spotless(outcomes[rows], rate))
    return next(alike, "")


def _is_spotless(outcomes: Outcomes, rate: float) -> bool:
    return len(outcomes) * rate >= MISSED_DEFAULTS and not outcomes.any()


def _end(values: Scores, known: NDArray[np.bool_], most: int) -> NDArray[np.bool_]:
    """Tell the loans with the lowest values: so many, and all that tie with the last of them."""
    held = np.sort(values[known])
    return known & (values <= held[min(most, len(held)) - 1])


def label_certainty(outcomes: Outcomes, codes: Scores) -> float | None:
    """Return the highest default rate of a label's loans; ``None`` where none has enough of them.

    Codes have no order, so that an AUC says nothing of them.
    """
    held = [outcomes[codes == code] for code in np.unique(codes[~np.isnan(codes)])]
    return max((float(of.mean()) for of in held if len(of) >= FEWEST_LOANS), default=None)


def tripped(figures: Mapping[str, float | None], limit: float = TRIP_WIRE) -> dict[str, float]:
    """Return the inputs whose AUC, or other figure, is above its limit, highest first."""
    above = {name: value for name, value in figures.items() if value is not None and value > limit}
    return dict(sorted(above.items(), key=lambda item: -item[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A model that ranks too well to be honest."""

    model: str
    split: str
    auc: float
    credible: float

    def __str__(self) -> str:
        """Say what it did, and what to look for."""
        return (
            f"{self.model} reaches an AUC of {self.auc:.3f} on {self.split}, where no honest model "
            f"has come above {self.credible:.2f}: some input has seen the outcome"
        )


def suspects(
    split: str, outcomes: Outcomes, pds: Mapping[str, Scores], credible: float
) -> tuple[Suspect, ...]:
    """Return the models that rank a split's loans better than is credible.

    Parameters
    ----------
    split
        Its name, to be said.
    outcomes, pds
        Of its loans: 1 for default, and each model's PDs. Fewer loans than ``FEWEST_LOANS`` are not
        judged: an AUC is chance then.
    credible
        The protocol's limit.
    """
    if len(outcomes) < FEWEST_LOANS:
        return ()
    aucs = {name: auc(outcomes, pd) for name, pd in pds.items()}
    return tuple(
        Suspect(model=name, split=split, auc=area, credible=credible)
        for name, area in aucs.items()
        if area > credible
    )
