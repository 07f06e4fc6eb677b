"""Comparison: each monitored thing of a window beside the same of its reference."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from risk_platform.evaluation.drift.chance import psi_by_chance
from risk_platform.evaluation.drift.counted import Counted
from risk_platform.evaluation.drift.distances import (
    Counts,
    jensen_shannon,
    kolmogorov_smirnov,
    population_stability,
    tenths,
)
from risk_platform.evaluation.drift.significance import of_homogeneity, of_kolmogorov_smirnov
from risk_platform.scoring.reference import NumberProfile, Profile

# Siddiqi, Credit Risk Scorecards, 2006, chapter 9.
SMALL_PSI, LARGE_PSI = 0.10, 0.25


class Band(StrEnum):
    """What custom says of a PSI, whatever the sample's size."""

    STABLE = "stable"
    SHIFTED = "shifted"
    ANOTHER = "another population"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """How far a window is from its reference in one thing.

    Parameters
    ----------
    ks
        Kolmogorov-Smirnov's distance; ``None`` where there is no order. Of what is either known or
        not it is the difference of the shares.
    js, psi
        Jensen-Shannon's distance and the population stability index, over ten bins at the most.
    psi_by_chance
        What PSI exceeds in one of a hundred such windows by chance; ``None`` where that is not
        told.
    p
        Probability of such a distance by chance.
    """

    ks: float | None
    js: float
    psi: float
    p: float
    psi_by_chance: float | None = None

    @property
    def band(self) -> Band:
        """What custom says of the PSI."""
        if self.psi < SMALL_PSI:
            return Band.STABLE
        return Band.SHIFTED if self.psi < LARGE_PSI else Band.ANOTHER


NONE = Distance(ks=None, js=0.0, psi=0.0, p=1.0)


def of_values(profile: Profile, window: Counted) -> Distance:
    """Compare what is known of a thing; labels that training never saw are left out."""
    if not profile.known or not window.counts.sum():
        return NONE
    before = np.array(profile.counts, np.int64)
    by_chance = psi_by_chance(profile.chance, int(window.counts.sum()))
    if isinstance(profile, NumberProfile):
        return _of_bins(np.pad(before, 1), window.counts, by_chance)
    return _of_groups(before, window.counts, by_chance)


def of_missingness(profile: Profile, window: Counted) -> Distance:
    """Compare how often it is not known."""
    before = np.array([profile.known, profile.unknown])
    after = np.array([window.known, window.unknown])
    distance = _of_groups(before, after, None)
    return replace(distance, ks=abs(_second_share(before) - _second_share(after)))


def of_unseen(profile: Profile, window: Counted) -> Distance:
    """Compare how often its label is one that training never saw: there it never was."""
    before = np.array([profile.known, 0])
    after = np.array([window.known - window.outside, window.outside])
    return _of_groups(before, after, None)


def _of_bins(before: Counts, after: Counts, by_chance: float | None) -> Distance:
    ks = float(kolmogorov_smirnov(before, after))
    few = tenths(before)
    old, new = (np.add.reduceat(of, few) for of in (before, after))
    return Distance(
        ks=ks,
        js=float(jensen_shannon(old, new)),
        psi=float(population_stability(old, new)),
        p=of_kolmogorov_smirnov(ks, int(before.sum()), int(after.sum())),
        psi_by_chance=by_chance,
    )


def _of_groups(before: Counts, after: Counts, by_chance: float | None) -> Distance:
    if not before.sum() or not after.sum():
        return NONE
    return Distance(
        ks=None,
        js=float(jensen_shannon(before, after)),
        psi=float(population_stability(before, after)),
        p=of_homogeneity(before, after),
        psi_by_chance=by_chance,
    )


def _second_share(counts: Counts) -> float:
    return float(counts[1] / max(counts.sum(), 1))
