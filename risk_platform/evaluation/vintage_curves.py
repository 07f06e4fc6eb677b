"""Vintage curves: which share of a quarter's loans had defaulted by each month on book.

A curve ends where its youngest loan does: what came later is known of older loans alone, and a
young vintage would seem to default less, or more, than it does.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_platform.contract.outcome import LONGEST_MONTHS

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class VintageCurve:
    """A quarter of issue.

    Parameters
    ----------
    name
        Such as ``2016-Q3``.
    loans, defaults
        How many, and how many had defaulted by the snapshot.
    months_observed
        Months on book, at the snapshot, of its youngest loan.
    is_mature
        Whether all of its loans were observed for as long as outcomes are judged by.
    defaulted
        Share of the loans that had defaulted by the end of month 1, 2, … on book, up to
        ``months_observed``.
    """

    name: str
    loans: int
    defaults: int
    months_observed: int
    is_mature: bool
    defaulted: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VintageCurves:
    """All quarters of issue.

    Parameters
    ----------
    horizon
        For how many months loans must have been observed to count as mature.
    snapshot
        The newest, ``YYYY-MM``; empty where there are no loans.
    curves
        By quarter.
    """

    horizon: int
    snapshot: str
    curves: tuple[VintageCurve, ...]


def curve_of(
    name: str, batches: Iterable[tuple[Floats, Floats]], horizon: int
) -> VintageCurve | None:
    """Return the curve of a vintage; ``None``: it has no loan whose age is known.

    Parameters
    ----------
    name
        Of the vintage.
    batches
        Its loans: months from issue to the snapshot, and in which month on book each defaulted,
        NaN where it did not; arrays of the same length.
    horizon
        For how many months loans must have been observed to count as mature.
    """
    counts, loans, defaults, youngest = np.zeros(LONGEST_MONTHS + 1), 0, 0, LONGEST_MONTHS
    for observed, defaulted in batches:
        known = ~np.isnan(observed)
        months = defaulted[known & ~np.isnan(defaulted)]
        loans, defaults = loans + int(known.sum()), defaults + len(months)
        in_time = np.clip(months[months <= LONGEST_MONTHS], 0, None).astype(np.int64)
        counts += np.bincount(in_time, minlength=LONGEST_MONTHS + 1)
        youngest = min(youngest, int(observed[known].min(initial=LONGEST_MONTHS)))
    if not loans:
        return None
    shares = np.cumsum(counts) / loans
    return VintageCurve(
        name=name,
        loans=loans,
        defaults=defaults,
        months_observed=youngest,
        is_mature=youngest >= horizon,
        defaulted=tuple(map(float, shares[1 : youngest + 1])),
    )
