"""The trip-wires: what ranks defaults better than any honest input, or any honest model, can."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from risk_platform.evaluation.metrics import Outcomes, Scores, auc

# The best honest input, the middle of the FICO range, reaches 0.62 on real loans.
TRIP_WIRE = 0.80
# Of the 200 riskiest by the best honest input, the sub-grade, 45 % default on real loans and 56 %
# on generated ones.
CERTAINTY = 0.90
# Below this many known values an AUC says little; as many make an extreme.
FEWEST_LOANS = 200


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
