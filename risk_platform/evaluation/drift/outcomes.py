"""Outcomes: what became of decisions, as whoever keeps the loans tells it by their ids.

The log holds no number of a loan: the id of the decision, which each answer bears, is what a lender
keeps beside the loan. A file names it, for how many months the loan was seen, and in which of them
it defaulted, if it did.
"""

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from risk_platform.errors.sources import OutcomesError
from risk_platform.evaluation.drift.performance import Followed
from risk_platform.handover.ids import made_ms
from risk_platform.handover.log.feed import Logged

COLUMNS = ("decision_id", "observed_months", "default_month")
# No loan runs for so long: what is more is no number of months.
_MOST_MONTHS = 600


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
            return _outcomes(opened)
    except (OSError, ValueError, csv.Error) as error:
        raise OutcomesError(file, ", ".join(COLUMNS), str(error)) from error


def outcomes_by_day(outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    """Return the days of decisions of which outcomes are told, each with a digest of these.

    An id tells when it was made; what is no id of a decision is left out. A day is ``YYYY-MM-DD``,
    UTC.
    """
    lines: dict[str, list[str]] = {}
    for decision_id in sorted(outcomes):
        if (at_ms := made_ms(decision_id)) is not None:
            day = str(np.datetime64(at_ms, "ms").astype("datetime64[D]"))
            lines.setdefault(day, []).append(f"{decision_id} {outcomes[decision_id]}")
    return {day: hashlib.sha256("\n".join(of).encode()).hexdigest() for day, of in lines.items()}


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


def _outcomes(lines: Iterable[str]) -> dict[str, Outcome]:
    rows = csv.DictReader(lines)
    if absent := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
        raise ValueError(f"it lacks {', '.join(absent)}")
    found: dict[str, Outcome] = {}
    for row in rows:
        try:
            found[row[COLUMNS[0]]] = _outcome(row)
        except (TypeError, ValueError) as error:
            raise ValueError(f"line {rows.line_num}: {error}") from error
    return found


def _outcome(row: Mapping[str, str | None]) -> Outcome:
    observed, defaulted = row[COLUMNS[1]], row[COLUMNS[2]]
    return Outcome(
        observed=_months(COLUMNS[1], observed, least=0),
        defaulted=_months(COLUMNS[2], defaulted, least=1) if defaulted else np.nan,
    )


def _months(name: str, text: str | None, least: int) -> float:
    """Return a number of months; ``4.0`` is one, as tables write it that know of missing ones."""
    months = float(text or "nan")
    if not (months.is_integer() and least <= months <= _MOST_MONTHS):
        raise ValueError(f"{name} is {text!r}, which is no number of months from {least} on")
    return months
