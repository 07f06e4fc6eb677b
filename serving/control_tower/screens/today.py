"""Today: whether scoring runs, what it decides, what needs somebody, what changed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import streamlit as st

from risk_platform.errors.base import RiskPlatformError
from risk_platform.handover.clock import from_us
from risk_platform.handover.log.tallies import Glimpse, Recent
from risk_platform.scoring.examples import EXAMPLES
from serving.control_tower import alerts, asking, parts
from serving.control_tower.figures import decisions
from serving.control_tower.figures.theme import ACCENT, MODEL
from serving.control_tower.language import Language, Text
from serving.control_tower.retold import retold
from serving.control_tower.sources.shelf import Origin
from serving.control_tower.sources.views import Promotion
from serving.control_tower.texts import common
from serving.control_tower.texts import today as texts
from serving.control_tower.tower import Tower

# A pause is to show within five seconds, and the lease is to be seen running down.
EVERY_SECONDS, FIGURES_EVERY_SECONDS = 2, 10
_DAY = timedelta(days=1)
# How long, how many buckets, and what each span is called.
SPANS: Mapping[str, tuple[timedelta, int, Text]] = {
    "1h": (timedelta(hours=1), 60, texts.HOUR),
    "24h": (_DAY, 48, texts.DAY),
    "7d": (timedelta(days=7), 56, texts.WEEK),
}
GATE, LOG, DRIFT = Origin("serving_gate"), Origin("prediction_log"), Origin("drift_report")
_SHOWN = 10


def show(tower: Tower) -> None:
    """Draw the page."""
    parts.header(tower, texts.TITLE, texts.ABOUT)
    st.fragment(_standing, run_every=EVERY_SECONDS)(tower)
    span = st.radio(
        tower.say(texts.SPAN),
        list(SPANS),
        index=1,
        format_func=lambda name: tower.say(SPANS[name][2]),
        horizontal=True,
    )
    st.fragment(_figures, run_every=FIGURES_EVERY_SECONDS)(tower, str(span))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        parts.heading(tower, texts.CHANGED)
        with parts.guarded(tower):
            _changes(tower)
    with right:
        parts.heading(tower, texts.LAST_DECISIONS)
        with parts.guarded(tower):
            _latest(tower)


def _standing(tower: Tower) -> None:
    """Draw the light, the lease, and what needs somebody."""
    with parts.guarded(tower):
        state = asking.state(tower)
        _light(tower, state)
        drift, model = _answered(asking.drift_status, tower), _answered(asking.model, tower)
        columns = st.columns(4)
        with columns[0]:
            _lease(tower, state)
        with columns[1]:
            version = tower.say(texts.VERSION, version=model.get("version", "?"))
            protocol = model.get("protocol", "")
            note = f"{tower.say(common.PROTOCOL)} {protocol}" if protocol else ""
            parts.figure(tower, texts.CHAMPION, version, note)
        with columns[2]:
            light = common.LIGHTS.get(str(drift.get("light")), texts.NO_DRIFT_YET)
            share = drift.get("share")
            moved = "" if share is None else tower.say.share(share)
            note = tower.say(texts.DRIFTED, share=moved) if moved else ""
            parts.figure(tower, texts.DRIFT, tower.say(light), note)
        with columns[3]:
            since = tower.say.moment(datetime.fromisoformat(state["since"]))
            parts.figure(tower, texts.EPOCH, tower.say.number(state["epoch"]), since)
        found = alerts.alerts(
            tower.say, state, drift, (int(model.get("version", 0)), _deployed(tower))
        )
        # That it is stopped stands above.
        for one in found[state["state"] != "running" :]:
            parts.banner(one.kind, parts.plain(one.text))
        note = "" if found else tower.say(texts.NO_ALERTS)
        parts.source(tower, GATE, DRIFT, Origin("deployed_champion"), note=note)


def _light(tower: Tower, state: Mapping[str, Any]) -> None:
    since = tower.say(
        common.SINCE,
        at=tower.say.moment(datetime.fromisoformat(state["since"])),
        by=parts.plain(retold(tower.say, state["by"]) or "-"),
        reason=parts.plain(retold(tower.say, state["reason"]) or "-"),
    )
    if state["state"] == "running":
        parts.banner("good", f"**{tower.say(common.RUNNING)}** {since}")
        return
    advice = retold(tower.say, state.get("what_to_do", ""))
    what = parts.plain(advice or tower.say(texts.SEE_GOVERNANCE))
    to_do = tower.say(texts.WHAT_TO_DO, what=what)
    parts.banner("bad", f"**{tower.say(common.STOPPED)}** {since}  \n{to_do}")


def _lease(tower: Tower, state: Mapping[str, Any]) -> None:
    left = state["lease_seconds"]
    if left <= 0:
        said = tower.say(texts.LEASE_ENDED)
    elif state["state"] == "running":
        said = tower.say.duration(left)
    else:
        said = tower.say(texts.LEASE_IDLE)
    whole = tower.say.duration(tower.settings.lease_seconds)
    parts.figure(tower, texts.LEASE, said, tower.say(texts.OF_LEASE, whole=whole), texts.LEASE_HELP)


def _answered(ask: Callable[[Tower], Mapping[str, Any]], tower: Tower) -> Mapping[str, Any]:
    """Return an answer of the API; empty where it has none: the page shows what it has."""
    try:
        return ask(tower)
    except RiskPlatformError:
        return {}


def _deployed(tower: Tower) -> int:
    try:
        return asking.document(tower, "deployed_champion", Promotion).value.version
    except RiskPlatformError:
        return 0


def _figures(tower: Tower, name: str) -> None:
    """Draw what was decided over a span, beside the span before."""
    span, buckets, _ = SPANS[name]
    with parts.guarded(tower):
        bounds = decisions.edges(datetime.now(UTC), span, buckets)
        counts = asking.counts(tower, bounds)
        earlier = sum(asking.counts(tower, [bounds[0] - span, bounds[0]]))
        now = asking.sample(tower, bounds[0], bounds[-1])
        before = asking.sample(tower, bounds[0] - span, bounds[0])
        was = decisions.told(before.glimpses)
        _numbers(tower, (sum(counts), earlier), decisions.told(now.glimpses), was)
        if not now.glimpses:
            parts.empty(tower, tower.say(texts.NOTHING_DECIDED), _application(tower))
            return
        _charts(tower, bounds, counts, now.glimpses)
        seen = tower.say(
            common.SAMPLED,
            seen=tower.say.number(len(now.glimpses)),
            all=tower.say.number(sum(counts)),
        )
        parts.source(tower, LOG, note=seen)


def _numbers(
    tower: Tower, counts: tuple[int, int], now: decisions.Told, was: decisions.Told
) -> None:
    """Draw four figures of a span beside those of the span before; ``counts`` are of both."""
    say, (count, earlier) = tower.say, counts
    columns = st.columns(4)
    with columns[0]:
        note = say(texts.BEFORE, change=say.signed(count - earlier)) if earlier else ""
        parts.figure(tower, texts.DECISIONS, say.number(count), note)
    with columns[1]:
        note = _shift(tower, now.approved, was.approved)
        parts.figure(tower, texts.APPROVAL, _share(tower, now.approved), note)
    with columns[2]:
        note = _shift(tower, now.mean_pd, was.mean_pd)
        parts.figure(tower, texts.RISK, _share(tower, now.mean_pd, 2), note)
    with columns[3]:
        slow = "" if now.slow_ms is None else say.number(now.slow_ms, 1)
        value = "-" if now.median_ms is None else f"{say.number(now.median_ms, 1)} ms"
        parts.figure(tower, texts.LATENCY, value, say(texts.LATENCY_SLOW, ms=slow) if slow else "")


def _shift(tower: Tower, now: float | None, was: float | None) -> str:
    if now is None or was is None:
        return ""
    points = f"{tower.say.signed(100 * (now - was), 1)} pp"
    return tower.say(texts.BEFORE, change=points)


def _share(tower: Tower, value: float | None, digits: int = 1) -> str:
    return "-" if value is None else tower.say.share(value, digits)


def _charts(
    tower: Tower, bounds: Sequence[datetime], counts: Sequence[int], glimpses: Sequence[Glimpse]
) -> None:
    say, times = tower.say, decisions.buckets(glimpses, bounds)
    told = [decisions.told(part) for part in times]
    risk = decisions.line_chart(
        bounds,
        {say(texts.PD_CHART): [one.mean_pd for one in told]},
        [ACCENT],
        say(texts.PD_CHART),
        as_share=True,
    )
    speed = decisions.line_chart(
        bounds,
        {
            say(texts.MEDIAN): [one.median_ms for one in told],
            say(texts.SLOWEST): [one.slow_ms for one in told],
        },
        [MODEL, ACCENT],
        say(texts.LATENCY_CHART),
        as_share=False,
    )
    names = parts.verdict_names(tower)
    left, right = st.columns(2, gap="medium")
    with left:
        parts.chart(tower, decisions.volume_chart(bounds, counts, say(texts.VOLUME_CHART)))
        parts.chart(tower, risk)
    with right:
        parts.chart(tower, decisions.mix_chart(bounds, times, names, say(texts.MIX_CHART)))
        parts.chart(tower, speed)


def _changes(tower: Tower) -> None:
    since = datetime.now(UTC) - _DAY
    found = alerts.changes(
        tower.say,
        asking.events(tower, 50),
        asking.verdicts(tower, 100),
        tower.shelf.published_since(since, alerts.TOLD),
        since,
    )
    if not found:
        st.markdown(tower.say(texts.NOTHING_CHANGED))
        return
    rows = [
        {
            tower.say(texts.AT): f"{one.at:%d\u00a0%H:%M}",
            tower.say(texts.WHAT): one.what,
            tower.say(texts.SAID): one.said[:220],
        }
        for one in found[:_SHOWN]
    ]
    parts.table(rows)
    parts.source(tower, GATE, DRIFT, *(Origin(one) for one in ("deployed_champion",)))


def _latest(tower: Tower) -> None:
    found = asking.latest(tower, _SHOWN)
    if not found:
        parts.empty(tower, tower.say(texts.NOTHING_LOGGED), _application(tower))
        return
    parts.table([_row(tower, one) for one in found])
    parts.source(tower, LOG)


def _application(tower: Tower) -> str:
    """Return a command that has one application decided."""
    body = msgspec.json.encode(EXAMPLES["sparse"]).decode()
    header = "content-type: application/json"
    return f"curl {tower.api.address}/predict -H '{header}' -d '{body}'"


def _row(tower: Tower, one: Recent) -> Mapping[str, str]:
    reasons = msgspec.json.decode(one.reasons)
    # An earlier release may have logged less of a reason.
    field = "text_es" if tower.say.language is Language.SPANISH else "text"
    raised = reasons[0].get(field, reasons[0].get("code")) if reasons else "-"
    return {
        tower.say(texts.AT): f"{from_us(one.at_us):%H:%M:%S}",
        tower.say(texts.VERDICT): tower.say(common.VERDICTS[one.verdict]),
        "PD": tower.say.share(one.pd),
        tower.say(texts.REASON): raised,
    }
