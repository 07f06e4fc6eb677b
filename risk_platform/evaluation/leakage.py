"""The trip-wire: no honest input of a loan application ranks defaults this well by itself."""

from collections.abc import Mapping

import numpy as np

from risk_platform.evaluation.metrics import Outcomes, Scores, auc

# The best honest input, the middle of the FICO range, reaches 0.62 on real loans.
TRIP_WIRE = 0.80
# Below this many known values an AUC says little.
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


def tripped(aucs: Mapping[str, float | None]) -> dict[str, float]:
    """Return the inputs whose AUC is above the trip-wire, highest first."""
    above = {name: area for name, area in aucs.items() if area is not None and area > TRIP_WIRE}
    return dict(sorted(above.items(), key=lambda item: -item[1]))
