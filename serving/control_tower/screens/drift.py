"""Drift: how it stands, how it came to be, each input of a day, and the picture."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit.components import v1 as components

from risk_platform.handover.clock import from_us
from serving.control_tower import asking, parts
from serving.control_tower.figures import drifts
from serving.control_tower.language import Text
from serving.control_tower.retold import retold
from serving.control_tower.sources.shelf import Found, Origin
from serving.control_tower.sources.views import DayFindings, DriftFinding, ScoreDrift
from serving.control_tower.texts import common
from serving.control_tower.texts import drift as texts
from serving.control_tower.tower import Tower

LOG = Origin("prediction_log")
_VERDICTS = 300
_KINDS = {"green": "good", "amber": "watch", "red": "bad"}
# Siddiqi, Credit Risk Scorecards, 2006, chapter 9.
_SMALL_PSI, _LARGE_PSI = 0.10, 0.25
_PICTURE_HEIGHT = 900
# Evidently cuts off what does not fit, and shows it in no other way.
_WIDE = "<style>body { min-width: 1280px; }</style>"


def show(tower: Tower) -> None:
    """Draw the page."""
    parts.header(tower, texts.TITLE, texts.ABOUT)
    with parts.guarded(tower):
        _now(tower, asking.drift_status(tower))
    with parts.guarded(tower):
        _history(tower)
    with parts.guarded(tower):
        _by_day(tower)


def _now(tower: Tower, status: Mapping[str, Any]) -> None:
    say, light = tower.say, status.get("light")
    if light is None:
        known = parts.plain(retold(say, status["sentence"]))
        parts.banner("unknown", f"{known[:1].upper()}{known[1:]}.  \n{say(texts.NOT_JUDGED)}")
        return
    sentence = parts.plain(retold(say, status["sentence"]))
    said = f"**{say(common.LIGHTS[light]).capitalize()}** · {sentence}"
    if drifted := status.get("drifted"):
        said += f"  \n{say(texts.DRIFTED, inputs=', '.join(drifted))}"
    parts.banner(_KINDS.get(light, "unknown"), said)
    columns = st.columns(3)
    with columns[0]:
        limit = say(texts.LIMIT, limit=say.share(status["threshold"]))
        parts.figure(tower, texts.SHARE, say.share(status["share"]), limit)
    with columns[1]:
        parts.figure(tower, texts.DECISIONS, say.number(status["decisions"]))
    with columns[2]:
        looked = datetime.fromisoformat(status["looked_at"])
        parts.figure(tower, texts.LOOKED, say.moment(looked))
    parts.source(tower, LOG)


def _history(tower: Tower) -> None:
    say = tower.say
    parts.heading(tower, texts.HISTORY)
    found = asking.verdicts(tower, _VERDICTS)
    if not found:
        parts.empty(tower, say(texts.NO_HISTORY), parts.START_ALL)
        return
    titles = say(texts.HISTORY_AXIS), say(texts.LIMIT_AXIS)
    said = [replace(one, sentence=retold(say, one.sentence)) for one in found]
    parts.chart(tower, drifts.history_chart(said, parts.light_names(tower), titles))
    with st.expander(say(texts.EVERY_VERDICT)):
        rows = [
            {
                say(texts.AT): f"{from_us(one.at_us):%Y-%m-%d %H:%M:%S}",
                say(texts.LIGHT): say(common.LIGHTS[str(one.light)]),
                say(texts.SHARE): say.share(one.share),
                say(texts.DECISIONS): one.decisions,
                say(texts.SENTENCE): one.sentence,
            }
            for one in said
        ]
        parts.long_table(rows, 320)
    parts.source(tower, LOG)


def _by_day(tower: Tower) -> None:
    say = tower.say
    parts.heading(tower, texts.BY_DAY)
    days = tower.shelf.drift_days()
    if not days:
        parts.empty(tower, say(texts.NO_DAY), _report_of(tower, f"{datetime.now(UTC):%Y-%m-%d}"))
        return
    day = str(st.selectbox(say(texts.DAY), days))
    found = asking.drift_day(tower, day)
    told = found.value.report
    parts.banner(_KINDS.get(told.light, "unknown"), parts.plain(retold(say, told.sentence)))
    if told.scores:
        st.markdown(f"**{say(texts.SCORES)}**")
        _scores(tower, told.scores, found.value)
    left, right = st.columns([3, 2], gap="large")
    with left:
        names = say(texts.CONFIRMED), say(texts.SUSPECTED), say(texts.WITHIN)
        titles = say(texts.DISTANCE), say(texts.FARTHEST)
        parts.heading(tower, texts.FARTHEST)
        farthest = drifts.farthest(told.findings)
        parts.chart(tower, drifts.inputs_chart(farthest, names, _aspects(tower), titles))
    with right:
        parts.heading(tower, texts.EXPLAINED)
        told_of = [retold(say, one.sentence) for one in found.value.explanations]
        lines = [f"* {parts.plain(sentence)}" for sentence in told_of]
        st.markdown("\n".join(lines) or say(texts.NOTHING_EXPLAINED))
    with st.expander(say(texts.EVERY_INPUT)):
        ordered = drifts.farthest(told.findings, len(told.findings))
        rows = [_row(tower, one, found.value) for one in ordered]
        parts.long_table(rows, 420, with_sentences=False)
    parts.source(tower, found.origin)
    _picture(tower, day, found)


def _report_of(tower: Tower, day: str) -> str:
    """Return the command that reports a day."""
    home = tower.settings.root.resolve() / "dagster"
    asset = "-m risk_platform.definitions --select drift_report"
    return f"DAGSTER_HOME={home} dagster asset materialize {asset} --partition {day}"


def _scores(tower: Tower, scores: ScoreDrift, day: DayFindings) -> None:
    say = tower.say
    performance = day.realised or day.estimate
    columns = st.columns(4 if performance else 3)
    moved = (
        (texts.MEAN_PD, scores.mean_pd, 2),
        (texts.APPROVAL, scores.approval_rate, 1),
        (texts.IMPUTED, scores.imputed_share, 1),
    )
    for column, (name, (before, now), digits) in zip(columns, moved, strict=False):
        with column:
            note = say(texts.TRAINING, value=say.share(before, digits))
            parts.figure(tower, name, say.share(now, digits), note)
    if performance:
        realised = say(texts.REALISED, months=performance.months)
        note = realised if day.realised else say(texts.EXPECTED)
        with columns[3]:
            parts.figure(tower, texts.PERFORMANCE, say.share(performance.default_rate, 2), note)


def _aspects(tower: Tower) -> dict[str, str]:
    return {aspect: tower.say(text) for aspect, text in texts.ASPECTS.items()}


def _row(tower: Tower, of: DriftFinding, day: DayFindings) -> dict[str, Any]:
    say, distance = tower.say, of.distance
    chance = distance.psi_by_chance
    verdict = texts.CONFIRMED if of.is_confirmed else texts.SUSPECTED
    return {
        say(texts.INPUT): of.signal.input,
        say(texts.ASPECT): _aspects(tower).get(of.signal.aspect, of.signal.aspect),
        say(texts.BECAME): say(verdict if of.is_suspected else texts.WITHIN),
        say(texts.WEIGHT): say.share(day.importance.get(of.signal.input, 0.0), 2),
        "KS": "" if distance.ks is None else say.number(distance.ks, 3),
        "JS": say.number(distance.js, 3),
        "PSI": say.number(distance.psi, 3),
        say(texts.BAND): say(_band(distance.psi)),
        say(texts.BY_CHANCE): "" if chance is None else say.number(chance, 3),
        say(texts.ADJUSTED_P): say.chance(of.p_adjusted),
    }


def _band(psi: float) -> Text:
    if psi < _SMALL_PSI:
        return texts.STABLE
    return texts.SHIFTED if psi < _LARGE_PSI else texts.ANOTHER


def _picture(tower: Tower, day: str, found: Found[DayFindings]) -> None:
    """Show what Evidently drew, when asked to: it is some megabytes."""
    parts.heading(tower, texts.PICTURE)
    st.markdown(tower.say(texts.PICTURE_ABOUT))
    page = tower.shelf.drift_page(day)
    if not page:
        parts.empty(tower, tower.say(texts.NO_PICTURE), _report_of(tower, day))
    elif st.toggle(tower.say(texts.SHOW_PICTURE)):
        components.html(_WIDE + page, height=_PICTURE_HEIGHT, scrolling=True)
    parts.source(tower, found.origin)
