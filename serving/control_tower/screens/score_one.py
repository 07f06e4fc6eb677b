"""Score one: what if an application were another, why it is decided so, what would change it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from serving.control_tower import parts, recourse
from serving.control_tower.figures import scores
from serving.control_tower.language import NAMES, Language
from serving.control_tower.letter import letter
from serving.control_tower.retold import renamed
from serving.control_tower.screens import application_form
from serving.control_tower.sources.shelf import Origin
from serving.control_tower.texts import common
from serving.control_tower.texts import score_one as texts
from serving.control_tower.tower import Tower


def show(tower: Tower) -> None:
    """Draw the page."""
    parts.header(tower, texts.TITLE, texts.ABOUT)
    left, right = st.columns([2, 3], gap="large")
    with left:
        application = application_form.draw(tower)
    with right, parts.guarded(tower, texts.NOT_DECIDED):
        if application is not None:
            _decided(tower, application)


def _decided(tower: Tower, application: recourse.Application) -> None:
    """Draw what the service decides; it is asked once for the same application."""
    body = json.dumps(application, sort_keys=True)
    if st.session_state.get("asked") != body:
        st.session_state["answer"] = tower.api.predict(application)
        st.session_state["asked"] = body
    answer: Mapping[str, Any] = st.session_state["answer"]
    _verdict(tower, answer)
    _reasons(tower, answer)
    parts.source(
        tower,
        Origin("deployed_champion", f"v{answer['model_version']}"),
        Origin("prediction_log"),
        note=tower.say(texts.ASKED_BY, id=answer["decision_id"]),
    )
    if answer["verdict"] != "approve":
        _changes(tower, application)
    _letter(tower, answer)
    _replay(tower, answer)


def _verdict(tower: Tower, answer: Mapping[str, Any]) -> None:
    say, verdict = tower.say, str(answer["verdict"])
    kind = {"approve": "good", "refer": "watch", "decline": "bad"}[verdict]
    band = say(texts.BAND, band=say(texts.BANDS[answer["band"]]))
    text = f"**{say(common.VERDICTS[verdict]).capitalize()}** · {band}"
    if answer["too_little_known"]:
        text += f"  \n{say(texts.TOO_LITTLE)}"
    parts.banner(kind, text)
    columns = st.columns([4, 3, 6])
    with columns[0]:
        parts.figure(tower, texts.PROBABILITY, say.share(answer["pd"], 2))
    with columns[1]:
        parts.figure(tower, common.POINTS, str(answer["points"]))
    with columns[2]:
        name = renamed(say, answer["segment_name"])
        parts.figure(tower, texts.SEGMENT, str(answer["segment"]), name)
    policy = tower.shelf.policy(answer["model_digest"])
    bounds = (policy.approve_from, policy.decline_below)
    about = say(texts.LADDER, points=answer["points"], approve=bounds[0], decline=bounds[1])
    parts.chart(
        tower, scores.ladder_chart(answer["points"], bounds, parts.verdict_names(tower), about)
    )
    st.caption(about + f" · {say(texts.MISSING, count=len(answer['missing']))}")


def _reasons(tower: Tower, answer: Mapping[str, Any]) -> None:
    parts.heading(tower, texts.WHY)
    field = "text_es" if tower.say.language is Language.SPANISH else "text"
    reasons = [(one[field], float(one["points"])) for one in answer["reasons"]]
    if not reasons:
        st.markdown(tower.say(texts.NO_REASONS))
        return
    title, about = tower.say(texts.POINTS_TAKEN), tower.say(texts.REASONS_ABOUT)
    parts.chart(tower, scores.reasons_chart(reasons, title, about))


def _changes(tower: Tower, application: recourse.Application) -> None:
    """Look, when asked to, for changes with which it would be approved."""
    say = tower.say
    parts.heading(tower, texts.CHANGE)
    tried = recourse.candidates(application)
    if not tried:
        st.markdown(say(texts.NO_LEVERS))
        return
    st.markdown(say(texts.CHANGE_ABOUT, count=len(tried)))
    if not st.button(say(texts.SEARCH), icon=":material/search:"):
        return
    answers = tower.api.predict_batch([one.application for one in tried])
    pds = {id(one): answer["pd"] for one, answer in zip(tried, answers, strict=True)}
    found = recourse.least(tried, [answer["verdict"] for answer in answers])
    if not found:
        parts.banner("unknown", say(texts.NOTHING_HELPS, count=len(tried)))
        return
    st.markdown(say(texts.WOULD))
    lines = [f"* {_said(tower, one)} (PD {say.share(pds[id(one)], 2)})" for one in found]
    st.markdown("\n".join(lines))
    st.caption(say(texts.AS_IT_IS))


def _said(tower: Tower, of: recourse.Candidate) -> str:
    steps = [
        tower.say(texts.LEVERS[step.lever], value=tower.say.number(step.value, step.value % 1 > 0))
        for step in of.steps
    ]
    return tower.say(texts.AND).join(steps)


def _letter(tower: Tower, answer: Mapping[str, Any]) -> None:
    parts.heading(tower, texts.LETTER)
    if answer["verdict"] == "approve":
        st.markdown(tower.say(texts.NO_LETTER))
        return
    language = st.radio(
        tower.say(texts.LETTER_LANGUAGE),
        [*Language],
        index=[*Language].index(tower.say.language),
        format_func=lambda one: NAMES[one],
        horizontal=True,
    )
    text = letter(answer, Language(language), datetime.now(UTC))
    st.code(text, language=None, wrap_lines=True)
    name = f"letter-{answer['decision_id']}.txt"
    st.download_button(tower.say(common.DOWNLOAD), text, name, icon=":material/download:")


def _replay(tower: Tower, answer: Mapping[str, Any]) -> None:
    """Have the decision made again from the log, when asked to."""
    if st.button(tower.say(texts.REPLAY), icon=":material/replay:"):
        again = tower.api.replay(answer["decision_id"])
        if again["is_same"]:
            parts.banner("good", tower.say(texts.SAME))
        else:
            parts.banner("bad", tower.say(texts.OTHER, fields=", ".join(again["differing"])))
