"""Counted: a window of loans, in the bins and labels of a reference.

Windows of decisions are counted from arrays; whole tables from what Spark summarised of them, so
that a vintage of any size is held against a reference as a day's decisions are.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from risk_platform.evaluation.drift.distances import Counts
from risk_platform.evaluation.drift.window import Window
from risk_platform.features.bins import Bins
from risk_platform.scoring.monitored import Values
from risk_platform.scoring.reference import CategoryProfile, NumberProfile, Profile, Reference


@dataclass(frozen=True, slots=True)
class Counted:
    """How many loans of a window are where, in one thing.

    Parameters
    ----------
    counts
        In the labels of the reference; or in its bins, with one more before them for what is below
        its lowest value, and one after them for what is above its highest.
    known, unknown
        Of which it is known, and is not.
    outside
        Those of the known whose value is beyond what training saw, or whose label it never saw.
    """

    counts: Counts
    known: int
    unknown: int
    outside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresSeen:
    """What a model and its policy made of a window.

    Parameters
    ----------
    pds
        The PDs, counted.
    mean_pd, approval_rate, imputed_share
        As those of the reference.
    equal_share
        Share of the loans whose PD is the most frequent one.
    """

    pds: Counted
    mean_pd: float
    approval_rate: float
    imputed_share: float
    equal_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A window, counted.

    Parameters
    ----------
    loans
        How many there are.
    inputs
        Each input of the reference, counted.
    scores
        What was made of them, or of a sample of them; ``None`` of no loans.
    """

    loans: int
    inputs: Mapping[str, Counted]
    scores: ScoresSeen | None


def seen(reference: Reference, window: Window) -> Seen:
    """Count a window of decisions.

    Raises
    ------
    KeyError
        It lacks an input of the reference.
    """
    profiles = reference.population.features
    return Seen(
        loans=window.loans,
        inputs={name: counted(of, window.inputs[name]) for name, of in profiles.items()},
        scores=scores_seen(reference, window) if window.loans else None,
    )


def scores_seen(reference: Reference, window: Window) -> ScoresSeen:
    """Count what was made of a window of one loan or more."""
    _, times = np.unique(window.pds, return_counts=True)
    return ScoresSeen(
        pds=counted(reference.scores.pds, window.pds),
        mean_pd=float(window.pds.mean()),
        approval_rate=float(window.approved.mean()),
        imputed_share=float(window.imputed.mean()),
        equal_share=float(times.max() / window.loans),
    )


def counted(profile: Profile, values: Values) -> Counted:
    """Count the values of a window.

    Parameters
    ----------
    profile
        The reference.
    values
        Shape (n,): numbers with NaN where unknown, or labels with ``None``.
    """
    if isinstance(profile, NumberProfile):
        numbers = np.asarray(values, np.float64)
        known = numbers[~np.isnan(numbers)]
        return _in_bins(profile, _places(profile, known), None, len(numbers) - len(known))
    found = pc.value_counts(pa.array(values, pa.string(), from_pandas=True).drop_null())
    pairs = zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True)
    return _in_labels(profile, dict(pairs), len(values))


def seen_of_table(
    reference: Reference,
    loans: int,
    numbers: Mapping[str, Bins],
    labels: Mapping[str, Mapping[str, int]],
    scores: ScoresSeen | None,
) -> Seen:
    """Count a table of loans by its summary; a bin of that counts as its smallest value.

    Parameters
    ----------
    reference
        What it is counted by.
    loans
        How many the table holds.
    numbers, labels
        Feature to its known values by bin, and to the loans that bear each label.
    scores
        What was made of the loans, or of a sample of them.
    """
    of = reference.population
    counts = {
        name: _in_bins(profile, _places(profile, known.lows), known.counts, loans - known.known)
        for name, profile in of.numbers.items()
        for known in (numbers[name],)
    }
    groups = {name: _in_labels(of.categories[name], labels[name], loans) for name in of.categories}
    return Seen(loans=loans, inputs={**counts, **groups}, scores=scores)


def _places(profile: NumberProfile, values: NDArray[np.float64]) -> NDArray[np.intp]:
    places = np.searchsorted(np.array(profile.highs), values, side="left") + 1
    if profile.lowest is not None:
        places[values < profile.lowest] = 0
    return places


def _in_bins(
    profile: NumberProfile, places: NDArray[np.intp], weights: Counts | None, unknown: int
) -> Counted:
    counts = np.bincount(places, weights, len(profile.highs) + 2).astype(np.int64)
    return Counted(counts, int(counts.sum()), unknown, int(counts[0] + counts[-1]))


def _in_labels(profile: CategoryProfile, found: Mapping[str, int], loans: int) -> Counted:
    counts = np.array([found.get(label, 0) for label in profile.labels], np.int64)
    total = sum(found.values())
    return Counted(counts, total, loans - total, total - int(counts.sum()))
