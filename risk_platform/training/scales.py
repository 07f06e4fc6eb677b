"""Scales: what brings the traits of borrowers to one scale, learnt on the training split."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from risk_platform.evaluation.traits import TRAITS, Trait
from risk_platform.scoring.segments import Scale, apply_scales, scale_figures

# Tails say little about groups and pull at every mean: a hundredth on either side is drawn in.
LOWER, UPPER = 0.01, 0.99

Floats = NDArray[np.float64]


def learn_scales(traits: Floats) -> tuple[Scale, ...]:
    """Learn medians, bounds, means and deviations.

    Parameters
    ----------
    traits
        Shape (n, traits), NaN where unknown. What nobody has, or all have alike, is 0 for all.
    """
    return tuple(_scale(trait, traits[:, at]) for at, trait in enumerate(TRAITS))


def _scale(trait: Trait, values: Floats) -> Scale:
    known = values[~np.isnan(values)]
    quantiles = np.quantile(known, (LOWER, 0.5, UPPER)) if len(known) else np.zeros(3)
    low, median, high = quantiles.tolist()
    is_log = trait.is_log and low > -1
    plain = Scale(
        name=trait.name, median=median, low=low, high=high, is_log=is_log, mean=0.0, sd=1.0
    )
    seen = apply_scales(scale_figures([plain]), values[:, None])
    # Where all are alike there is no deviation to divide by.
    sd = float(seen.std()) if low < high else 1.0
    return replace(plain, mean=float(seen.mean()), sd=sd)
