"""Profiles of segments: how large each is, who is in it, what became of its loans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from risk_platform.evaluation.metrics import CONFIDENCE, Interval, Outcomes
from risk_platform.evaluation.traits import TRAITS, Trait

# Differences of 0.2, 0.5 and 0.8 standard deviations are small, medium and large (Cohen,
# Statistical power analysis for the behavioral sciences, 1988).
SMALL, MEDIUM, LARGE = 0.2, 0.5, 0.8
# A sentence of more than three differences sets nothing apart.
MOST_TOLD = 3
MOST_NAMED = 2
ORDINARY = "ordinary borrowers"

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loans:
    """Loans whose segments are described: arrays of the same length.

    Parameters
    ----------
    traits
        Shape (n, traits), in the order of ``TRAITS``, NaN where unknown.
    scaled
        The same as the segments see them.
    loan_usd
        Amount asked for.
    outcomes
        1 for default, 0 for none, by the protocol.
    lent_usd, lost_usd
        Of loans that have ended, the principal lent, and what of it never came back; NaN of those
        that go on.
    """

    traits: Floats
    scaled: Floats
    loan_usd: Floats
    outcomes: Outcomes
    lent_usd: Floats
    lost_usd: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a segment is like.

    Parameters
    ----------
    number, name
        Its number, 1 the largest, and what it is called.
    loans, share
        How many loans, and the share that they are of all.
    default_rate
        By the protocol's outcome, with Wilson's interval at 95 %.
    ended, loss_rate
        How many of the loans have ended, however, and the share of the principal of these that was
        lost; ``None`` where none has ended.
    medians
        Trait, and ``loan_amnt``, to its median; without those that nobody is known to have.
    differences
        Trait to the segment's mean less that of all, in standard deviations.
    about
        What sets it apart, in words.
    """

    number: int
    name: str
    loans: int
    share: float
    default_rate: Interval
    ended: int
    loss_rate: float | None
    medians: Mapping[str, float]
    differences: Mapping[str, float]
    about: str


def profiles_of(loans: Loans, places: Places, names: Sequence[str]) -> tuple[Profile, ...]:
    """Describe each segment that has a loan.

    Parameters
    ----------
    loans
        The loans.
    places
        Shape (n,): each loan's segment, as a place in ``names``.
    names
        What the segments are called.
    """
    usual = _medians(loans, np.ones(len(places), dtype=np.bool_))
    return tuple(
        _profile(loans, places == place, usual, number=place + 1, name=name)
        for place, name in enumerate(names)
        if (places == place).any()
    )


def differences(scaled: Floats, places: Places, segments: int) -> list[dict[str, float]]:
    """Return, for each segment, trait to its mean less that of all, in standard deviations."""
    return [_differences(scaled, places == place) for place in range(segments)]


def names_of(told_apart: Sequence[Mapping[str, float]]) -> tuple[str, ...]:
    """Name segments by what sets them apart most; each gets a name of its own.

    Parameters
    ----------
    told_apart
        For each segment what ``differences`` returns.
    """
    names: list[str] = []
    for differ in told_apart:
        words = [t.high if differ[t.name] > 0 else t.low for t in _by_size(differ)]
        names.append(_free_name(words, names))
    return tuple(names)


def sentence(
    differ: Mapping[str, float], medians: Mapping[str, float], usual: Mapping[str, float]
) -> str:
    """Say what sets a segment apart: its largest differences, each with the two medians."""
    told = [
        f"{_degree(differ[trait.name], trait)} {trait.noun} ("
        f"{trait.shown.format(medians[trait.name])} against {trait.shown.format(usual[trait.name])}"
        " of all)"
        for trait in [t for t in _by_size(differ) if t.name in medians][:MOST_TOLD]
    ]
    if not told:
        return "Like all borrowers taken together."
    text = ", ".join(told)
    return f"{text[0].upper()}{text[1:]}."


def _profile(
    loans: Loans, of: NDArray[np.bool_], usual: Mapping[str, float], *, number: int, name: str
) -> Profile:
    differ, medians = _differences(loans.scaled, of), _medians(loans, of)
    count, ended = int(of.sum()), of & ~np.isnan(loans.lost_usd)
    lent = float(loans.lent_usd[ended].sum())
    return Profile(
        number=number,
        name=name,
        loans=count,
        share=count / len(of),
        default_rate=rate_of(int(loans.outcomes[of].sum()), count),
        ended=int(ended.sum()),
        loss_rate=float(loans.lost_usd[ended].sum()) / lent if lent else None,
        medians=medians,
        differences=differ,
        about=sentence(differ, medians, usual),
    )


def rate_of(defaults: int, loans: int) -> Interval:
    """Return a default rate with Wilson's interval at 95 %."""
    interval = binomtest(defaults, loans).proportion_ci(CONFIDENCE, "wilson")
    return Interval(value=defaults / loans, low=float(interval.low), high=float(interval.high))


def _differences(scaled: Floats, of: NDArray[np.bool_]) -> dict[str, float]:
    spread = scaled.std(axis=0)
    gaps = (scaled[of].mean(axis=0) - scaled.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return {trait.name: float(gap) for trait, gap in zip(TRAITS, gaps, strict=True)}


def _medians(loans: Loans, of: NDArray[np.bool_]) -> dict[str, float]:
    traits = {t.name: loans.traits[of, at] for at, t in enumerate(TRAITS)}
    columns = {**traits, "loan_amnt": loans.loan_usd[of]}
    known = {name: values[~np.isnan(values)] for name, values in columns.items()}
    return {name: float(np.median(v)) for name, v in known.items() if len(v)}


def _free_name(words: Sequence[str], taken: Sequence[str]) -> str:
    """Return as few words as make a name that is not taken, but two where there are two."""
    counts = range(min(MOST_NAMED, len(words)), len(words) + 1)
    names = [", ".join(words[:count]) or ORDINARY for count in counts]
    numbered = f"{names[-1]} ({len(taken) + 1})"
    return next((name for name in names if name not in taken), numbered)


def _by_size(differ: Mapping[str, float]) -> list[Trait]:
    told = [trait for trait in TRAITS if abs(differ[trait.name]) >= SMALL]
    return sorted(told, key=lambda trait: -abs(differ[trait.name]))


def _degree(difference: float, trait: Trait) -> str:
    comparative = trait.more if difference > 0 else trait.less
    if abs(difference) >= LARGE:
        return f"far {comparative}"
    return comparative if abs(difference) >= MEDIUM else f"somewhat {comparative}"
