"""Days: all that is told of a day's decisions, by the model that made most of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from risk_platform.contract.outcome import horizon_months
from risk_platform.contract.protocols import PROTOCOLS
from risk_platform.errors.models import ForeignChampionError
from risk_platform.evaluation.drift.decision import DriftReport, judge_window
from risk_platform.evaluation.drift.explained import Explanation, explained, signals_of
from risk_platform.evaluation.drift.limits import Limits
from risk_platform.evaluation.drift.logged import window_of
from risk_platform.evaluation.drift.outcomes import Outcome, followed
from risk_platform.evaluation.drift.performance import (
    Performance,
    estimated,
    maturity,
    realised,
)
from risk_platform.evaluation.drift.window import Window, fair
from risk_platform.handover.clock import to_us
from risk_platform.handover.database import Database
from risk_platform.handover.log.feed import Feed, Logged
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.handover.models.promotions import Promotions

# Of a day with more decisions every second, third, … is read.
MOST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReport:
    """What is told of a day.

    Parameters
    ----------
    model, window, report
        Who decided, what was read of it, and how it was judged.
    decisions
        How many there were, by this model and by others.
    explanations
        What became of each signal that is suspected or gross.
    estimate, realised
        How the model would do if its PDs were true; and how it did, where that is known.
    """

    model: LoadedModel
    window: Window
    report: DriftReport
    decisions: tuple[int, int]
    explanations: tuple[Explanation, ...]
    estimate: Performance | None
    realised: Performance | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFindings:
    """What is kept of a day for people to look at.

    Parameters
    ----------
    day, model_version, decisions
        Which day, ``YYYY-MM-DD``, UTC; whose decisions, and how many there were by it and by
        others.
    report, explanations
        How they were judged, and what became of each signal that is suspected or gross.
    importance
        Input to its share in what the model makes of all, 0 to 1.
    estimate, realised
        As of ``DayReport``.
    """

    day: str
    model_version: int
    decisions: tuple[int, int]
    report: DriftReport
    explanations: tuple[Explanation, ...]
    importance: Mapping[str, float]
    estimate: Performance | None
    realised: Performance | None


class Days:
    """The days of one log.

    Parameters
    ----------
    database
        Where it is.
    promotions
        Which models led, and may have decided.
    limits
        What counts as drift.
    outcomes
        What became of decisions, by their ids.
    """

    def __init__(
        self,
        database: Database,
        promotions: Promotions,
        limits: Limits,
        outcomes: Mapping[str, Outcome],
    ) -> None:
        self._feed, self._promotions = Feed(database), promotions
        self._limits, self._outcomes = limits, outcomes

    def report(self, day: str) -> DayReport | None:
        """Return what is told of a day, ``YYYY-MM-DD``, UTC; ``None``: nothing was decided."""
        by_model = self._feed.models(*_span(day, 0))
        if not by_model:
            return None
        digest = max(by_model, key=by_model.__getitem__)
        model = self._model(digest)
        decisions = self._decided(day, 0, model)
        window = self._window(decisions, model)
        before = self._window(self._decided(day, -1, model), model)
        reference = model.bundle.reference
        suspected = judge_window(reference, before, (), self._limits).suspected
        report = judge_window(reference, window, suspected, self._limits)
        judged, horizon = fair(window, self._limits.loans), horizon_of(model)
        return DayReport(
            model=model,
            window=window,
            report=report,
            decisions=(by_model[digest], sum(by_model.values()) - by_model[digest]),
            explanations=explained(
                reference, judged, signals_of(report), model.bundle.predict_values
            ),
            estimate=estimated(window.pds, horizon),
            realised=self._realised(decisions, horizon),
        )

    def _decided(self, day: str, shift: int, model: LoadedModel) -> list[Logged]:
        since_us, until_us = _span(day, shift)
        many = self._feed.models(since_us, until_us).get(model.digest, 0)
        step = -(-many // MOST) or 1
        return self._feed.between(since_us, until_us, model.digest, step)

    def _window(self, decisions: Sequence[Logged], model: LoadedModel) -> Window:
        return window_of(decisions, tuple(model.bundle.reference.population.features))

    def _realised(self, decisions: Sequence[Logged], horizon: int) -> Performance | None:
        """Judge the loans of which the outcome is told, by the month that nearly all reached."""
        loans = followed(decisions, self._outcomes)
        months = maturity(loans, horizon) if loans else 0
        return realised(loans, months, horizon) if loans and months else None

    def _model(self, digest: str) -> LoadedModel:
        for promotion in reversed(self._promotions.record().promotions):
            if promotion.digest == digest:
                return self._promotions.load(promotion)
        raise ForeignChampionError(f"decisions are by a model that never led ({digest[:12]})")


def horizon_of(model: LoadedModel) -> int:
    """Return the months that a model's PDs speak of; of a protocol without a window, its longest.

    A card names its protocol by its label, with other dates behind it where those were given.
    """
    return horizon_months(PROTOCOLS[model.bundle.card.protocol.partition(" (")[0]].outcome)


def findings_of(day: str, made: DayReport) -> DayFindings:
    """Return what is kept of a day."""
    return DayFindings(
        day=day,
        model_version=made.model.version,
        decisions=made.decisions,
        report=made.report,
        explanations=made.explanations,
        importance=made.model.bundle.reference.importance,
        estimate=made.estimate,
        realised=made.realised,
    )


def figures_of(day: DayReport) -> Mapping[str, float]:
    """Return the figures of a day, as MLflow and the asset's page keep them."""
    told = {
        "decisions": float(sum(day.decisions)),
        "drift_share": day.report.share,
        "suspected_inputs": float(len({signal.input for signal in day.report.suspected})),
    }
    if scores := day.report.scores:
        told |= {"pd_psi": scores.pds.psi, "pd_js": scores.pds.js, "pd_ks": scores.pds.ks or 0.0}
        for name in ("mean_pd", "approval_rate", "imputed_share"):
            before, now = getattr(scores, name)
            told |= {name: now, f"{name}_of_training": before}
    for kind, figures in (("expected", day.estimate), ("realised", day.realised)):
        if figures:
            told |= {f"{kind}_default_rate": figures.default_rate}
            told |= {f"{kind}_auc": figures.auc} if figures.auc is not None else {}
            told |= {f"{kind}_brier": figures.brier} if figures.brier is not None else {}
    if known := day.realised:
        told |= {"realised_loans": known.loans, "realised_months": known.months}
        told |= {"realised_left_out": known.left_out}
    return told


def _span(day: str, shift: int) -> tuple[int, int]:
    """Return begin and end of a day, or of one before it, in microseconds since 1970, UTC."""
    first = date.fromisoformat(day) + timedelta(days=shift)
    midnight = datetime(first.year, first.month, first.day, tzinfo=UTC)
    return to_us(midnight), to_us(midnight + timedelta(days=1))
