"""Sensors of monitoring: one looks for drift and stops scoring, one lets it go on, one alerts."""

import sys
from collections.abc import Mapping, Sequence

import dagster as dg

from risk_platform.errors.models import NoChampionError
from risk_platform.handover.drift import DriftVerdict
from risk_platform.handover.gating.events import Action
from risk_platform.handover.gating.news import News, news_behind
from risk_platform.orchestration.alerts import Alarm, deliver, hide_secrets, known_secrets
from risk_platform.orchestration.jobs import record_serving_gate
from risk_platform.orchestration.monitoring.door import GateDoor
from risk_platform.orchestration.monitoring.failed_checks import (
    last_words,
    sentence_of_failure,
)
from risk_platform.orchestration.monitoring.leases import broken_checks, renew
from risk_platform.orchestration.monitoring.looks import DriftWatch, Pace
from risk_platform.orchestration.monitoring.ripening import report_drift_when_outcomes_grow
from risk_platform.orchestration.monitoring.watched import Watched
from risk_platform.orchestration.tags import GATE_EVENT
from risk_platform.settings import Settings

DEPLOYED = "deployed_champion"
_BAD_NEWS = (Action.STOPPED, Action.SUSPENDED)
# In one look; what is behind them comes with the next one.
_MOST_NEWS = 50
# An alarm is raised when this share of a lease is left.
_LITTLE = 1 / 3


def monitoring_sensors(
    settings: Settings, blocking: Mapping[str, Sequence[str]]
) -> list[dg.SensorDefinition]:
    """Return the sensors of an environment.

    Parameters
    ----------
    settings
        Of the platform.
    blocking
        Each asset's blocking checks, by name.
    """
    checks = [dg.AssetCheckKey(dg.AssetKey(DEPLOYED), name) for name in blocking.get(DEPLOYED, ())]
    return [
        _pause_serving_on_drift(settings),
        _renew_serving_lease(settings, checks),
        _alert_on_failed_check(settings),
        report_drift_when_outcomes_grow(settings),
    ]


def _pause_serving_on_drift(settings: Settings) -> dg.SensorDefinition:
    door, watched, failing = GateDoor(settings), Watched(settings), _Failing(settings)

    @dg.sensor(
        name="pause_serving_on_drift",
        job=record_serving_gate,
        minimum_interval_seconds=settings.drift_interval,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Holds new decisions against the training loans of the champion, window by window, and "
            "stops scoring by itself where they have drifted: no run has to start for that. Then "
            "it asks for a run that puts into the graph how the gate stands. A look that fails is "
            "no verdict: nothing lets scoring go on then, and it ends with its lease."
        ),
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        with door.open() as (database, gate):
            try:
                said = _looked(DriftWatch(database, gate, Pace.of(settings)), watched)
            finally:
                failing.heed(sys.exception(), context)
            news = news_behind(database, context.cursor or None, _MOST_NEWS)
        if not news:
            return dg.SensorResult(skip_reason=said, cursor=context.cursor)
        # What could not be told is told with the next look, which asks for its run once more: that
        # starts but one.
        runs, cursor = [_recording(one) for one in news], _told(news, settings, context)
        return dg.SensorResult(run_requests=runs, cursor=cursor)

    return look


def _looked(watch: DriftWatch, watched: Watched) -> str:
    try:
        model = watched.model()
    except NoChampionError as error:
        return str(error)
    found = watch.look(model)
    return "; ".join(map(_said, found)) or "nothing new to say"


def _said(verdict: DriftVerdict) -> str:
    return f"{verdict.light.value}, {verdict.decisions:,} decisions: {verdict.sentence}"


def _told(
    news: Sequence[News], settings: Settings, context: dg.SensorEvaluationContext
) -> str | None:
    """Raise alarms of bad news, in their order, and return the last event that needs no more."""
    last = context.cursor
    for one in news:
        if one.action in _BAD_NEWS and not _tell(f"{one.sentence}.", settings, context):
            break
        last = one.event_id
    return last


def _recording(news: News) -> dg.RunRequest:
    return dg.RunRequest(run_key=news.event_id, tags={GATE_EVENT: news.event_id})


def _renew_serving_lease(
    settings: Settings, checks: Sequence[dg.AssetCheckKey]
) -> dg.SensorDefinition:
    @dg.sensor(
        name="renew_serving_lease",
        target=None,
        minimum_interval_seconds=settings.drift_interval,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Lets scoring run for another lease if the last look for drift is younger than a lease "
            "and not red, and the deployed champion passes its blocking checks. Where it could not "
            "for two thirds of a lease, it raises an alarm. What has stopped it never starts again."
        ),
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        with GateDoor(settings).open() as (database, gate):
            state = gate.look()
            if not state.is_running:
                why = f"scoring is stopped (epoch {state.epoch}): {state.reason}"
                return dg.SensorResult(skip_reason=why, cursor="")
            against = renew(database, gate, broken_checks(context.instance, checks))
            left, lease = state.lease_seconds, gate.rules.lease_seconds
        if not against:
            return dg.SensorResult(skip_reason=f"renewed for {lease:g} seconds", cursor="")
        said = f"Scoring stops in {left:,.0f} seconds, as its lease is not renewed: {against}."
        told = str(state.lease_until_us)
        if left <= lease * _LITTLE and context.cursor != told:
            told = told if _tell(said, settings, context) else ""
            return dg.SensorResult(skip_reason=said, cursor=told)
        return dg.SensorResult(skip_reason=said, cursor=context.cursor)

    return look


def _alert_on_failed_check(settings: Settings) -> dg.SensorDefinition:
    @dg.sensor(
        name="alert_on_failed_check",
        target=None,
        minimum_interval_seconds=settings.drift_interval,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Posts each asset check that did not pass and is no mere warning to "
            "RISK_ALERT_WEBHOOK, or writes it to the log; once."
        ),
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        since = told = float(context.cursor or 0)
        for at_s, check in last_words(context.instance):
            said = sentence_of_failure(check) if at_s > since else ""
            if said and not _tell(said, settings, context):
                # It, and what comes after it, is told with the next look.
                break
            told = max(told, at_s)
        return dg.SensorResult(skip_reason=f"checks up to {told:.6f}", cursor=repr(told))

    return look


class _Failing:
    """Who raises an alarm where looks fail, once for as long as they fail in the same way."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._told = settings, ""

    def heed(self, error: BaseException | None, context: dg.SensorEvaluationContext) -> None:
        """Tell of an error that ended a look; ``None``: none did."""
        said = f"{type(error).__name__}: {error}" if error else ""
        sentence = f"Decisions are not looked at for drift, and scoring ends with its lease: {said}"
        if said in ("", self._told) or _tell(sentence, self._settings, context):
            self._told = said


def _tell(said: str, settings: Settings, context: dg.SensorEvaluationContext) -> bool:
    alarm = Alarm(hide_secrets(said, known_secrets(settings)), settings.dagster_url)
    return deliver(alarm, settings, context.log)
