"""Stability: whether a model ranks as well on later vintages, and scores them as it used to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from risk_platform.evaluation.drift.distances import PSI_BINS, population_stability
from risk_platform.evaluation.metrics import Scores, auc
from risk_platform.evaluation.predictions import Predictions
from risk_platform.evaluation.slices import Slice, vintages_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How far the scores of some loans are from those of validation.

    Parameters
    ----------
    name, loans
        The vintage, or ``all``; how many loans it has.
    psi
        Population stability index over the deciles of validation. By custom below 0.10 is stable,
        and above 0.25 another population.
    chance
        What PSI exceeds in one of twenty samples of the same population that are of these sizes: a
        small vintage is above 0.10 by chance.
    """

    name: str
    loans: int
    psi: float
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """How a model holds over time.

    Parameters
    ----------
    auc_spread
        Highest less lowest AUC among the vintages of test; ``None`` where fewer than two tell.
    vintages
        How many vintages tell.
    gini_decay
        Share of the Gini of validation that is gone on test; negative where it has risen, ``None``
        where there was none.
    shifts
        Scores of test, all and by vintage, against those of validation.
    """

    auc_spread: float | None
    vintages: int
    gini_decay: float | None
    shifts: tuple[Shift, ...]


def stability(
    validation: Predictions, test: Predictions, model: str, vintages: Sequence[Slice]
) -> Stability:
    """Work out how a model holds; ``vintages`` are the slices of test."""
    areas = [one.auc.value for one in vintages if one.auc is not None]
    ginis = [2 * auc(of.outcomes, of.pds[model]) - 1 for of in (validation, test)]
    labels, before, after = vintages_of(test), validation.pds[model], test.pds[model]
    parts = {"all": after} | {one.name: after[labels == one.name] for one in vintages}
    return Stability(
        auc_spread=max(areas) - min(areas) if len(areas) > 1 else None,
        vintages=len(areas),
        gini_decay=1 - ginis[1] / ginis[0] if ginis[0] else None,
        shifts=tuple(_shift(name, before, scores) for name, scores in parts.items()),
    )


def psi(before: Scores, after: Scores) -> float:
    """Return the population stability index over the deciles of ``before``."""
    edges = np.unique(np.quantile(before, np.linspace(0, 1, PSI_BINS + 1)[1:-1]))
    old, new = (
        np.bincount(np.searchsorted(edges, of), minlength=len(edges) + 1) for of in (before, after)
    )
    return float(population_stability(old, new))


def psi_by_chance(before: int, after: int) -> float:
    """Return what the PSI of two samples of one population exceeds one time in twenty.

    PSI is then about (1/n + 1/m) times a chi-square of bins less one degrees of freedom (Yurdakul
    and Naranjo, Journal of Risk Model Validation 14, 2020).
    """
    return float((1 / before + 1 / after) * chi2.ppf(0.95, PSI_BINS - 1))


def _shift(name: str, before: Scores, after: Scores) -> Shift:
    return Shift(
        name=name,
        loans=len(after),
        psi=psi(before, after),
        chance=psi_by_chance(len(before), len(after)),
    )
