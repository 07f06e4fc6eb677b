"""Outcomes: what became of decisions, as whoever keeps the loans tells it by their ids.

The log holds no number of a loan: the id of the decision, which each answer bears, is what a lender
keeps beside the loan. A file names it, for how many months the loan was seen, and in which of them
it defaulted, if it did.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from risk_platform.errors.sources import OutcomesError
from risk_platform.evaluation.drift.performance import Followed
from risk_platform.handover.log.feed import Logged

COLUMNS = ("decision_id", "observed_months", "default_month")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one decision: for how many months it was seen, and when it defaulted."""

    observed: float
    defaulted: float


def read_outcomes(file: Path) -> dict[str, Outcome]:
    """Read a file of outcomes; of a decision that stands twice the last row counts.

    Parameters
    ----------
    file
        CSV with the columns ``COLUMNS``; no default month: it has not defaulted.

    Raises
    ------
    OutcomesError
        It cannot be read so.
    """
    try:
        with file.open(newline="") as opened:
            return {row[COLUMNS[0]]: _outcome(row) for row in csv.DictReader(opened)}
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise OutcomesError(file, ", ".join(COLUMNS)) from error


def followed(decisions: Sequence[Logged], outcomes: Mapping[str, Outcome]) -> Followed | None:
    """Return those decisions whose outcome is told; ``None``: of none it is."""
    known = [(one.pd, outcomes[one.id]) for one in decisions if one.id in outcomes]
    if not known:
        return None
    return Followed(
        pds=np.array([pd for pd, _ in known]),
        observed=np.array([outcome.observed for _, outcome in known]),
        defaulted=np.array([outcome.defaulted for _, outcome in known]),
    )


def _outcome(row: Mapping[str, str]) -> Outcome:
    month = row[COLUMNS[2]]
    return Outcome(float(row[COLUMNS[1]]), float(month) if month else np.nan)
