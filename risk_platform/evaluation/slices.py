"""Parts of the loans: how a model does by vintage, grade, term and segment."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from risk_platform.contract.vintages import MONTHS_PER_QUARTER, month_name, quarter_name
from risk_platform.evaluation.delong import auc_interval
from risk_platform.evaluation.metrics import Interval
from risk_platform.evaluation.predictions import Labels, Predictions

# With fewer defaulters, or fewer payers, an AUC says little.
FEWEST_OF_A_CLASS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of the loans of a split.

    Parameters
    ----------
    name
        A vintage ``2016-Q3``, a grade, a term, a segment.
    loans, defaults
        How many.
    months_observed
        Months on book, at the snapshot, of its youngest loan.
    mean_pd, default_rate
        What was expected, and what came.
    auc
        Of the model within the part; ``None`` where too few defaulted, or too few did not.
    """

    name: str
    loans: int
    defaults: int
    months_observed: int
    mean_pd: float
    default_rate: float
    auc: Interval | None


def slices_of(loans: Predictions, model: str) -> dict[str, tuple[Slice, ...]]:
    """Return the parts of a split by each way of telling loans apart, in order of their names."""
    groups = {"vintage": vintages_of(loans), **loans.groups}
    return {by: _slices(loans, model, labels) for by, labels in groups.items()}


def calibration_error(parts: Sequence[Slice]) -> float:
    """Return the mean gap of PD and default rate over parts, weighted by their loans."""
    gaps = sum(abs(part.mean_pd - part.default_rate) * part.loans for part in parts)
    return gaps / sum(part.loans for part in parts)


def vintages_of(loans: Predictions) -> Labels:
    """Return each loan's quarter of issue, such as ``2016-Q3``."""
    months, places = np.unique(loans.issued, return_inverse=True)
    first = [int(m) // MONTHS_PER_QUARTER * MONTHS_PER_QUARTER for m in months]
    return np.array([quarter_name(month_name(m)) for m in first], dtype=object)[places]


def _slices(loans: Predictions, model: str, labels: Labels) -> tuple[Slice, ...]:
    names = sorted({label for label in labels if label is not None})
    return tuple(_slice(loans, model, name, np.flatnonzero(labels == name)) for name in names)


def _slice(loans: Predictions, model: str, name: str, rows: np.ndarray) -> Slice:
    outcomes, pd = loans.outcomes[rows], loans.pds[model][rows]
    defaults = int(outcomes.sum())
    is_telling = min(defaults, len(rows) - defaults) >= FEWEST_OF_A_CLASS
    return Slice(
        name=name,
        loans=len(rows),
        defaults=defaults,
        months_observed=int(np.nanmin(loans.months_observed[rows])),
        mean_pd=float(pd.mean()),
        default_rate=defaults / len(rows),
        auc=auc_interval(outcomes, pd) if is_telling else None,
    )
