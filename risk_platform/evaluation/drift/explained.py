"""Explained: what became of an input that drifted, and what that does to the PDs.

A person who is to decide whether scoring may go on asks three things: is it an error or are these
other people, which input, and does it matter. Whether it matters is asked of the model: it scores
the window once more, with values of that input drawn from training.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from risk_platform.evaluation.drift.counted import counted
from risk_platform.evaluation.drift.decision import DriftReport
from risk_platform.evaluation.drift.distances import Floats
from risk_platform.evaluation.drift.shapes import Change, Shape, change_of
from risk_platform.evaluation.drift.signals import Aspect, Signal
from risk_platform.evaluation.drift.window import Window
from risk_platform.scoring.monitored import Values
from risk_platform.scoring.reference import (
    CategoryProfile,
    NumberProfile,
    Profile,
    Reference,
)

Predict = Callable[[Mapping[str, Values]], Floats]

_POINT = 0.01


class Kind(StrEnum):
    """What may become of an input."""

    MISSINGNESS = "missingness"
    NEW_CATEGORY = "new category"
    UNIT_ERROR = "unit error"
    LOCATION = "location"
    SPREAD = "spread"
    MIX = "mix"


_KINDS = {
    Shape.UNIT: Kind.UNIT_ERROR,
    Shape.LOCATION: Kind.LOCATION,
    Shape.SPREAD: Kind.SPREAD,
    Shape.OTHER: Kind.MIX,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What became of one signal.

    Parameters
    ----------
    signal, kind
        Which, and what.
    effect
        By how much the mean PD of the window is higher for that input's being what it is, rather
        than what it was in training.
    sentence
        All of it, for a person.
    """

    signal: Signal
    kind: Kind
    effect: float
    sentence: str


def signals_of(report: DriftReport) -> frozenset[Signal]:
    """Return what of a report is to be explained: what is suspected, and what is gross."""
    gross = {fired.input for fired in report.fired if fired.input}
    apart = {of.signal for of in report.findings if of.signal.input in gross and of.distance.p < 1}
    return report.suspected | apart


def explained(
    reference: Reference,
    window: Window,
    signals: Collection[Signal],
    predict: Predict,
    *,
    seed: int = 0,
) -> tuple[Explanation, ...]:
    """Explain signals of a window of one loan or more.

    Parameters
    ----------
    reference
        Of the model.
    window
        As it was judged.
    signals
        Those to explain, such as what a report suspects.
    predict
        What the model says of values of its inputs; ``ModelBundle.predict_values``.
    seed
        Of the values that are drawn.
    """
    usual = float(predict(window.inputs).mean())
    effects: dict[str, float] = {}
    for name in sorted({signal.input for signal in signals}):
        rng = np.random.default_rng([seed, *name.encode()])
        before = drawn(reference.population.features[name], window.loans, rng)
        effects[name] = usual - float(predict({**window.inputs, name: before}).mean())
    return tuple(
        _explained(signal, reference, window, effects[signal.input]) for signal in sorted(signals)
    )


def drawn(profile: Profile, loans: int, rng: np.random.Generator) -> Values:
    """Draw values of a reference, shape (loans,): the largest of a bin stands for all of it."""
    of_numbers = isinstance(profile, NumberProfile)
    values = np.array(
        [*profile.highs, np.nan] if of_numbers else [*profile.labels, None],
        np.float64 if of_numbers else np.object_,
    )
    counts = np.array([*profile.counts, profile.unknown], np.float64)
    return rng.choice(values, loans, p=counts / counts.sum())


def _explained(signal: Signal, reference: Reference, window: Window, effect: float) -> Explanation:
    profile, values = reference.population.features[signal.input], window.inputs[signal.input]
    kind, said = _told(signal.aspect, profile, values)
    sentence = f"{signal.input} {said}; {_effect(effect)}."
    return Explanation(signal=signal, kind=kind, effect=effect, sentence=sentence)


def _told(aspect: Aspect, profile: Profile, values: Values) -> tuple[Kind, str]:
    if aspect is Aspect.MISSING:
        return Kind.MISSINGNESS, _missing(profile, values)
    if isinstance(profile, NumberProfile):
        change = change_of(profile, values)
        return _KINDS[change.shape], _changed(change)
    if aspect is Aspect.UNSEEN:
        return Kind.NEW_CATEGORY, _unseen(profile, values)
    return Kind.MIX, _mixed(profile, values)


def _missing(profile: Profile, values: Values) -> str:
    window = counted(profile, values)
    now = window.unknown / (window.known + window.unknown)
    before = profile.unknown / (profile.known + profile.unknown)
    return f"is missing in {now:.1%} of the loans, in training in {before:.1%}"


def _unseen(profile: CategoryProfile, values: Values) -> str:
    labels, times = np.unique(
        [label for label in values if label is not None and label not in profile.labels],
        return_counts=True,
    )
    known = counted(profile, values).known
    most = labels[np.argmax(times)]
    return f"is a label that training never saw in {times.sum() / known:.1%}, mostly {most!s:.40}"


def _mixed(profile: CategoryProfile, values: Values) -> str:
    counts = counted(profile, values).counts
    now, before = counts / counts.sum(), np.array(profile.counts) / profile.known
    most = int(np.argmax(np.abs(now - before)))
    return (
        f"is mixed otherwise: {profile.labels[most]} is {now[most]:.1%}, in training"
        f" {before[most]:.1%}"
    )


def _changed(change: Change) -> str:
    now, before = change.now, change.before
    match change.shape:
        case Shape.UNIT:
            return (
                f"is told in another unit: it is {change.factor:g} times what it was in training,"
                f" and otherwise the same (median {now[1]:g}, in training {before[1]:g})"
            )
        case Shape.LOCATION:
            return f"has moved: its median is {now[1]:g}, in training {before[1]:g}"
        case Shape.SPREAD:
            return (
                f"is spread otherwise: half of it is within {now[0]:g} and {now[2]:g}, in training"
                f" within {before[0]:g} and {before[2]:g}"
            )
        case Shape.OTHER:
            return (
                f"is distributed otherwise: quartiles {now[0]:g}, {now[1]:g}, {now[2]:g}, in"
                f" training {before[0]:g}, {before[1]:g}, {before[2]:g}"
            )


def _effect(effect: float) -> str:
    if abs(effect) < _POINT / 100:
        return "the mean PD hardly depends on it"
    way = "higher" if effect > 0 else "lower"
    return f"by it the mean PD is {abs(effect) / _POINT:.2f} points {way}"
