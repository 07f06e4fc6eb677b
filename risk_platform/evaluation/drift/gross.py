"""Gross: what is so far off that nobody waits for a second window."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from risk_platform.evaluation.drift.comparison import Distance, of_values
from risk_platform.evaluation.drift.counted import Counted, ScoresSeen, Seen
from risk_platform.evaluation.drift.limits import Limits
from risk_platform.evaluation.drift.signals import Aspect, Signal, most_important
from risk_platform.scoring.reference import Profile, Reference


class Rule(StrEnum):
    """Why scoring is to stop."""

    SHARE = "confirmed inputs"
    SCORES = "scores of another population"
    VALUES = "values of another population"
    MISSING = "values missing"
    OUTSIDE = "values beyond training"
    EQUAL = "equal scores"


_SAID: Mapping[Rule, str] = {
    Rule.SHARE: "what drifted in two windows carries {value:.1%} of the model (over {limit:.1%})",
    Rule.SCORES: "the PDs are of another population (PSI {value:.2f}, from {limit:.2f} on)",
    Rule.VALUES: "{input} is of another population (KS {value:.2f}, from {limit:.2f} on)",
    Rule.MISSING: "{input} is missing {value:.0%} more often (from {limit:.0%} on)",
    Rule.OUTSIDE: "{value:.0%} of {input} is nothing that training saw (over {limit:.0%})",
    Rule.EQUAL: "{value:.0%} of the scores are equal (over {limit:.0%})",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A rule by which scoring is to stop.

    Parameters
    ----------
    rule, input
        Which, and of which input; empty where it is of none.
    value, limit
        What was found, and from where on that is too much.
    """

    rule: Rule
    input: str = ""
    value: float
    limit: float

    @property
    def sentence(self) -> str:
        """What it says, for a person."""
        return _SAID[self.rule].format(input=self.input, value=self.value, limit=self.limit)


def gross_drift(
    reference: Reference,
    window: Seen,
    distances: Mapping[Signal, Distance],
    limits: Limits,
) -> tuple[Fired, ...]:
    """Return what is gross in a window, the scores first, then inputs by their importance."""
    fired = [*_of_scores(reference, window.scores, window.loans, limits)]
    if window.loans >= limits.gross_loans:
        used = [name for name, share in reference.importance.items() if share > 0]
        for name in most_important(used, reference.importance)[: limits.gross_inputs]:
            values = distances[Signal(name, Aspect.VALUES)]
            profile = reference.population.features[name]
            fired += _of_input(name, profile, window.inputs[name], values, limits)
    return tuple(fired)


def _of_scores(
    reference: Reference, scores: ScoresSeen | None, loans: int, limits: Limits
) -> Iterator[Fired]:
    if scores is None:
        return
    psi = of_values(reference.scores.pds, scores.pds).psi
    if loans >= limits.gross_score_loans and psi >= limits.gross_score_psi:
        yield Fired(rule=Rule.SCORES, value=psi, limit=limits.gross_score_psi)
    # A model that gave its training loans one score does nothing new by doing so again.
    before = reference.scores.pds
    usual = max(before.counts) / before.known
    if loans >= limits.gross_loans and scores.equal_share > limits.gross_equal >= usual:
        yield Fired(rule=Rule.EQUAL, value=scores.equal_share, limit=limits.gross_equal)


def _of_input(
    name: str, profile: Profile, window: Counted, values: Distance, limits: Limits
) -> Iterator[Fired]:
    """Look at one input of a window that has loans enough."""
    is_told = window.known >= limits.gross_loans
    if is_told and values.ks is not None and values.ks >= limits.gross_ks:
        yield Fired(rule=Rule.VALUES, input=name, value=values.ks, limit=limits.gross_ks)
    before = profile.unknown / (profile.known + profile.unknown)
    rise = window.unknown / (window.known + window.unknown) - before
    if rise >= limits.gross_missing:
        yield Fired(rule=Rule.MISSING, input=name, value=rise, limit=limits.gross_missing)
    outside = window.outside / max(window.known, 1)
    if is_told and profile.known and outside > limits.gross_outside:
        yield Fired(rule=Rule.OUTSIDE, input=name, value=outside, limit=limits.gross_outside)
