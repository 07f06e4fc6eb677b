"""Looks: decisions since the last one, judged window by window, and what is found put on record.

Where a window begins, and what the one before suspected, stands in the record of verdicts: whoever
looks remembers nothing, and may be killed at any time.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from risk_platform.evaluation.drift.decision import DriftReport, judge_window
from risk_platform.evaluation.drift.limits import USUAL, Limits
from risk_platform.evaluation.drift.logged import window_of
from risk_platform.evaluation.drift.signals import Aspect, Signal
from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord, DriftVerdict, Extent, Light
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.state import GateState
from risk_platform.handover.heeding import heed
from risk_platform.handover.log.feed import Feed, Logged
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.settings import Settings

# In one look, which must end before the next one begins; the others are for that.
MOST_WINDOWS = 20
# A verdict is to be younger than a lease: one that says nothing new is put down so often in one.
_IN_A_LEASE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How decisions are taken together.

    Parameters
    ----------
    window
        How many are judged together.
    renewed_after_us
        When a verdict is put down anew though there is nothing new to say, in microseconds.
    limits
        What counts as drift.
    """

    window: int = USUAL.loans
    renewed_after_us: int = 100_000_000
    limits: Limits = USUAL

    @classmethod
    def of(cls, settings: Settings) -> "Pace":
        """Return what the settings want."""
        return cls(
            window=settings.drift_window,
            renewed_after_us=int(settings.lease_seconds * 1_000_000 / _IN_A_LEASE),
            limits=replace(USUAL, share=settings.drift_share),
        )


class DriftWatch:
    """Who looks at the decisions of one database.

    Parameters
    ----------
    database, gate
        Where they are, and the gate of that.
    pace
        How they are taken together.
    """

    def __init__(self, database: Database, gate: Gate, pace: Pace) -> None:
        self._database, self._gate, self._pace = database, gate, pace
        self._feed, self._record = Feed(database), DriftRecord(database)

    def look(self, model: LoadedModel) -> list[DriftVerdict]:
        """Judge what a model decided since the last look, and return what was put on record.

        Windows that are whole are judged once. Of what is left the gross rules alone can say
        something; while scoring is stopped nothing joins it, so that it ends its window.

        Raises
        ------
        LogUnavailableError
            The database does not answer.
        ValueError
            What is logged is no application.
        """
        state, upto = self._feed.settled()
        found: list[DriftVerdict] = []
        for _ in range(MOST_WINDOWS):
            after = self._record.window_end()
            decisions = self._feed.after(after, upto, model.digest, self._pace.window)
            if len(decisions) < self._pace.window:
                left = self._left_over(model, state, after, decisions)
                return found + ([left] if left else [])
            verdict = self._judged(model, after, decisions, Extent.WHOLE)
            if (recorded := heed(self._database, self._gate, verdict)) is None:
                return found
            found.append(recorded)
        return found

    def _left_over(
        self, model: LoadedModel, state: GateState, after: int, decisions: Sequence[Logged]
    ) -> DriftVerdict | None:
        """Judge what is no whole window yet, and record that if it says anything new."""
        last = self._record.latest_of(model.digest)
        is_fresh = last is not None and _is_fresh(last, state, self._pace.renewed_after_us)
        upto = decisions[-1].sequence if decisions else after
        has_more = last is None or last.upto_sequence != upto
        is_over = bool(decisions) and not state.is_running
        if is_fresh and not has_more and not is_over:
            return None
        verdict = self._judged(model, after, decisions, Extent.GLANCE)
        if is_over or verdict.light is Light.RED:
            verdict = replace(verdict, extent=Extent.CUT)
        elif is_fresh:
            return None
        return heed(self._database, self._gate, verdict)

    def _judged(
        self, model: LoadedModel, after: int, decisions: Sequence[Logged], extent: Extent
    ) -> DriftVerdict:
        reference = model.bundle.reference
        window = window_of(decisions, tuple(reference.population.features))
        report = judge_window(reference, window, self._suspected(model), self._pace.limits)
        return verdict_of(report, model, after, decisions, extent)

    def _suspected(self, model: LoadedModel) -> frozenset[Signal]:
        """Return what the whole window before suspected."""
        last = self._record.latest_of(model.digest, Extent.WHOLE)
        return frozenset(Signal(name, Aspect(of)) for name, of in (last.suspected if last else ()))


def _is_fresh(last: DriftVerdict, state: GateState, renewed_after_us: int) -> bool:
    """Whether a verdict says how it is now: who resumes names one that is younger than the stop."""
    return last.at_us > state.at_us and state.now_us - last.at_us < renewed_after_us


def verdict_of(
    report: DriftReport,
    model: LoadedModel,
    after: int,
    decisions: Sequence[Logged],
    extent: Extent,
) -> DriftVerdict:
    """Return a report on decisions of a model as it is put on record."""
    ids = "".join(one.id for one in decisions)
    return DriftVerdict(
        light=Light(report.light),
        sentence=report.sentence,
        since_us=min((one.at_us for one in decisions), default=0),
        until_us=max((one.at_us for one in decisions), default=-1) + 1,
        decisions=len(decisions),
        model_version=model.version,
        model_digest=model.digest,
        share=report.share,
        threshold=report.limit,
        drifted=report.drifted,
        after_sequence=after,
        upto_sequence=decisions[-1].sequence if decisions else after,
        extent=extent,
        suspected=tuple(sorted((of.input, str(of.aspect)) for of in report.suspected)),
        rules=tuple(fired.sentence for fired in report.fired),
        key_id=report.key or None,
        window_digest=hashlib.sha256(ids.encode()).hexdigest(),
    )
