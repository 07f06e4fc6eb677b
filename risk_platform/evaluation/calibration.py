"""How true probabilities are, within groups of loans: by grade, by vintage, or any other."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.vintages import month_name, quarter_name, quarter_start
from risk_platform.evaluation.metrics import Outcomes, ReliabilityBin, Scores

Groups = NDArray[np.object_]


def reliability_by(groups: Groups, outcomes: Outcomes, pd: Scores) -> dict[str, ReliabilityBin]:
    """Return loans, mean PD and default rate of each group, in the order of their names.

    Parameters
    ----------
    groups
        Shape (n,): the name of each loan's group; loans without one (``None``) are left out.
    outcomes, pd
        Shape (n,).
    """
    members = {name: groups == name for name in sorted({*groups.tolist()} - {None})}
    return {
        name: ReliabilityBin(
            loans=int(rows.sum()),
            mean_pd=float(pd[rows].mean()),
            default_rate=float(outcomes[rows].mean()),
        )
        for name, rows in members.items()
    }


def calibration_error(groups: Mapping[str, ReliabilityBin]) -> float:
    """Return the mean gap of PD and default rate over groups, weighted by size."""
    gaps = [abs(group.mean_pd - group.default_rate) * group.loans for group in groups.values()]
    return sum(gaps) / sum(group.loans for group in groups.values())


def grades_of(sub_grade: Scores) -> Groups:
    """Return the grade of each sub-grade's rank, 1 for A1 to 35 for G5; ``None`` where unknown."""
    labels = BY_NAME["sub_grade"].labels
    return np.array(
        [None if np.isnan(rank) else labels[int(rank) - 1][0] for rank in sub_grade], dtype=object
    )


def vintages_of(issued: NDArray[np.int64]) -> Groups:
    """Return the quarter of issue, ``2016-Q3``, of each month since January 1970."""
    months, of = np.unique(issued, return_inverse=True)
    return np.array([_quarter(int(month)) for month in months], dtype=object)[of]


def _quarter(month: int) -> str:
    year, number = map(int, month_name(month).split("-"))
    return quarter_name(quarter_start(year, number))
