"""Signals: what of each input may have drifted, and what is suspected and confirmed of it.

A signal is suspected where chance does not explain its distance *and* the distance matters. It is
confirmed where the window before, of other loans, said so too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from risk_platform.evaluation.drift.comparison import (
    Distance,
    of_missingness,
    of_unseen,
    of_values,
)
from risk_platform.evaluation.drift.counted import Seen
from risk_platform.evaluation.drift.limits import Limits
from risk_platform.evaluation.drift.significance import adjusted
from risk_platform.scoring.reference import Population


class Aspect(StrEnum):
    """What of an input may have drifted."""

    VALUES = "values"
    MISSING = "missing"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True, order=True)
class Signal:
    """One aspect of one input."""

    input: str
    aspect: Aspect


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What became of one signal in a window.

    Parameters
    ----------
    signal, distance
        Which, and how far.
    p_adjusted
        What its probability counts for among those of all signals (Benjamini and Hochberg).
    is_suspected
        Whether the distance matters and is no chance.
    is_confirmed
        Whether the window before suspected it too.
    """

    signal: Signal
    distance: Distance
    p_adjusted: float
    is_suspected: bool
    is_confirmed: bool


def distances(population: Population, window: Seen) -> dict[Signal, Distance]:
    """Return how far a window is in each signal of a population's features."""
    found: dict[Signal, Distance] = {}
    for name, profile in population.features.items():
        counts = window.inputs[name]
        found[Signal(name, Aspect.VALUES)] = of_values(profile, counts)
        found[Signal(name, Aspect.MISSING)] = of_missingness(profile, counts)
        if name in population.categories:
            found[Signal(name, Aspect.UNSEEN)] = of_unseen(profile, counts)
    return found


def findings(
    distances: Mapping[Signal, Distance],
    loans: int,
    suspected_before: Collection[Signal],
    limits: Limits,
) -> tuple[Finding, ...]:
    """Judge the signals of a window.

    Parameters
    ----------
    distances
        Of each signal.
    loans
        How many the window holds.
    suspected_before
        Signals that the window before it, of other loans, suspected.
    limits
        What matters.
    """
    together = adjusted([distance.p for distance in distances.values()]).tolist()
    found: list[Finding] = []
    for (signal, distance), p in zip(distances.items(), together, strict=True):
        is_no_chance = loans >= limits.loans and p <= limits.significance
        is_suspected = is_no_chance and _matters(distance, limits)
        found.append(
            Finding(
                signal=signal,
                distance=distance,
                p_adjusted=p,
                is_suspected=is_suspected,
                is_confirmed=is_suspected and signal in suspected_before,
            )
        )
    return tuple(found)


def drift_share(confirmed: Iterable[str], importance: Mapping[str, float]) -> float:
    """Return the share of some inputs in what the model makes of all, 0 to 1."""
    return min(1.0, sum(importance[name] for name in {*confirmed}))


def most_important(names: Iterable[str], importance: Mapping[str, float]) -> Sequence[str]:
    """Return names in the order of their importance, each once."""
    return sorted({*names}, key=lambda name: (-importance[name], name))


def _matters(distance: Distance, limits: Limits) -> bool:
    if distance.ks is not None:
        return distance.ks >= limits.ks
    return distance.psi >= limits.psi
