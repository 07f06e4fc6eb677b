"""The decision: whether those who apply are so far from those of training that scoring must stop.

Green, amber, red, or too few loans to say. Why a share of one per cent, read as anything simpler,
stops a healthy system in most of its checks: ``docs/decisions/0023-what-one-per-cent-means.md``.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from risk_platform.evaluation.drift.comparison import Distance, of_values
from risk_platform.evaluation.drift.counted import ScoresSeen, Seen, seen
from risk_platform.evaluation.drift.gross import Fired, Rule, gross_drift
from risk_platform.evaluation.drift.limits import USUAL, Limits
from risk_platform.evaluation.drift.signals import (
    Finding,
    Signal,
    distances,
    drift_share,
    findings,
    most_important,
)
from risk_platform.evaluation.drift.window import LARGEST_SHARE, Window, fair
from risk_platform.handover.drift import Light
from risk_platform.scoring.reference import Reference

# What is left without a key is not called red by less than such a part of the usual numbers, as
# few dozens of loans are far from any population by chance.
_LEAST_LOANS, _LEAST_GROSS = 0.25, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreDrift:
    """How far the scores of a window are from those of training.

    Parameters
    ----------
    pds
        Distance of the PDs.
    mean_pd, approval_rate, imputed_share
        Of training, and of the window.
    """

    pds: Distance
    mean_pd: tuple[float, float]
    approval_rate: tuple[float, float]
    imputed_share: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """What was found in a window.

    Parameters
    ----------
    light, sentence
        The decision, in a word and in a sentence.
    loans
        How many were judged.
    left_out
        How many more there were of keys that had more than their share.
    share, limit
        Share of the confirmed inputs, each weighted by its importance; and the largest that is no
        reason to stop.
    drifted
        Inputs that are confirmed or gross, the most important first.
    findings
        All signals.
    fired
        By which rules scoring is to stop.
    scores
        What became of the scores; ``None`` of a window without loans.
    key
        The one key without whose decisions the window is not red: it alone is to be stopped. Empty
        where there is none.
    """

    light: Light
    sentence: str
    loans: int
    left_out: int = 0
    share: float
    limit: float
    drifted: tuple[str, ...]
    findings: tuple[Finding, ...]
    fired: tuple[Fired, ...]
    scores: ScoreDrift | None
    key: str = ""

    @property
    def suspected(self) -> frozenset[Signal]:
        """What the next window confirms if it suspects it too."""
        return frozenset(of.signal for of in self.findings if of.is_suspected)


def judge_window(
    reference: Reference,
    window: Window,
    suspected_before: Collection[Signal] = (),
    limits: Limits = USUAL,
    *,
    seed: int = 0,
) -> DriftReport:
    """Judge decisions, of which no key has more than its share, if enough of them remain.

    Where one has more all the same, what the others sent must not hide among it: if the whole is
    not red, the rest is judged by itself, by the rules for what is gross.

    Parameters
    ----------
    reference
        Of the model that decided.
    window
        The decisions.
    suspected_before
        What the report of the window before suspected; that window shares no decision with this.
    limits
        What counts as drift.
    seed
        Says which decisions of a key are left out that has too many.
    """
    judged = fair(window, limits.loans, seed)
    report = _judged_fairly(reference, judged, suspected_before, limits)
    return replace(report, left_out=window.loans - judged.loans)


def _judged_fairly(
    reference: Reference, window: Window, suspected_before: Collection[Signal], limits: Limits
) -> DriftReport:
    """Judge a window, and name the key that is to blame; where it hides others, judge those."""
    report = judge(reference, seen(reference, window), suspected_before, limits)
    if report.light is Light.RED:
        key = _only_culprit(reference, window, suspected_before, limits)
        return _scoped(report, key) if key else report
    largest, share = next(iter(window.shares.items()), ("", 0.0))
    if not LARGEST_SHARE < share < 1:
        return report
    rest = window.only(window.keys != largest)
    others = _judged_fairly(reference, rest, (), limits)
    if others.light is not Light.RED:
        return report
    names = [*rest.shares]
    return _scoped(others, names[0]) if len(names) == 1 else others


def _scoped(report: DriftReport, key: str) -> DriftReport:
    said = f"{report.sentence} Without the decisions of key {key} it would not be so."
    return replace(report, key=key, sentence=said)


def judge(
    reference: Reference, window: Seen, suspected_before: Collection[Signal], limits: Limits = USUAL
) -> DriftReport:
    """Judge what was counted of a window; as ``judge_window``."""
    apart = distances(reference.population, window)
    found = findings(apart, window.loans, suspected_before, limits)
    confirmed = {of.signal.input for of in found if of.is_confirmed}
    share = drift_share(confirmed, reference.importance)
    fired = gross_drift(reference, window, apart, limits)
    if share > limits.share:
        fired = (*fired, Fired(rule=Rule.SHARE, value=share, limit=limits.share))
    drifted = most_important(
        confirmed | {of.input for of in fired if of.input}, reference.importance
    )
    light = _light(window.loans, found, fired, limits)
    return DriftReport(
        light=light,
        sentence=_sentence(light, window.loans, found, fired, limits),
        loans=window.loans,
        share=share,
        limit=limits.share,
        drifted=tuple(drifted),
        findings=found,
        fired=fired,
        scores=_score_drift(reference, window.scores),
    )


def _only_culprit(
    reference: Reference, window: Window, suspected_before: Collection[Signal], limits: Limits
) -> str:
    """Return the key without which a window is not red; empty where there are none, or several.

    What is left is judged by the rules that the whole was judged by, though it is less.
    """
    culprits: list[str] = []
    # So many decisions beyond training stop scoring, where an input is known of just enough.
    fewest = limits.gross_outside * limits.gross_loans
    for key, share in window.shares.items():
        if share == 1 or share * window.loans < fewest or len(culprits) > 1:
            break
        others = window.only(window.keys != key)
        lower = _scaled(limits, others.loans / window.loans)
        report = judge(reference, seen(reference, others), suspected_before, lower)
        if report.light is not Light.RED:
            culprits.append(key)
    return culprits[0] if len(culprits) == 1 else ""


def _scaled(limits: Limits, by: float) -> Limits:
    return replace(
        limits,
        loans=int(limits.loans * max(by, _LEAST_LOANS)),
        gross_loans=int(limits.gross_loans * max(by, _LEAST_GROSS)),
        gross_score_loans=int(limits.gross_score_loans * max(by, _LEAST_GROSS)),
    )


def _light(
    loans: int, found: Collection[Finding], fired: Collection[Fired], limits: Limits
) -> Light:
    if fired:
        return Light.RED
    if loans < limits.loans:
        return Light.INSUFFICIENT
    return Light.AMBER if any(of.is_suspected for of in found) else Light.GREEN


def _sentence(
    light: Light,
    loans: int,
    found: Collection[Finding],
    fired: Collection[Fired],
    limits: Limits,
) -> str:
    match light:
        case Light.RED:
            return f"Scoring must stop: {'; '.join(of.sentence for of in fired)}."
        case Light.INSUFFICIENT:
            return f"{loans:,} loans are too few to say: {limits.loans:,} are needed."
        case Light.AMBER:
            names = sorted({of.signal.input for of in found if of.is_suspected})
            return f"To be watched: {', '.join(names)}."
        case Light.GREEN:
            return "No input has drifted."


def _score_drift(reference: Reference, scores: ScoresSeen | None) -> ScoreDrift | None:
    if scores is None:
        return None
    before = reference.scores
    return ScoreDrift(
        pds=of_values(before.pds, scores.pds),
        mean_pd=(before.mean_pd, scores.mean_pd),
        approval_rate=(before.approval_rate, scores.approval_rate),
        imputed_share=(before.imputed_share, scores.imputed_share),
    )
