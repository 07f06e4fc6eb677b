"""The gate's doors: stopping scoring, asking that it run again, approving; a part of Governance."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

import streamlit as st

from risk_platform.errors.tower import ServiceRefusedError
from risk_platform.handover.clock import to_us
from serving.control_tower import parts
from serving.control_tower.retold import retold
from serving.control_tower.sources.shelf import Origin
from serving.control_tower.texts import common
from serving.control_tower.texts import governance as texts
from serving.control_tower.tower import Tower


def draw(tower: Tower) -> None:
    """Draw how it stands, and the doors that are open to who shows a key."""
    parts.heading(tower, texts.GATE)
    key = st.text_input(
        tower.say(texts.YOUR_KEY), type="password", help=tower.say(texts.KEY_HELP), key="own-key"
    ).strip()
    state = _state(tower, key)
    since = tower.say(
        common.SINCE,
        at=tower.say.moment(datetime.fromisoformat(state["since"])),
        by=parts.plain(retold(tower.say, state["by"]) or "-"),
        reason=parts.plain(retold(tower.say, state["reason"]) or "-"),
    )
    if state["state"] == "running":
        parts.banner("good", f"**{tower.say(common.RUNNING)}** {since}")
        _stop(tower, key)
    else:
        parts.banner("bad", f"**{tower.say(common.STOPPED)}** {since}")
        _ask(tower, key, state)
        _approve(tower, key, state)
    parts.source(tower, Origin("serving_gate"))


def _state(tower: Tower, key: str) -> Mapping[str, Any]:
    """Return how it stands to who shows a key; a wrong one is told of, and opens nothing."""
    try:
        return tower.api.serving_state(key)
    except ServiceRefusedError as error:
        if not key or error.status != HTTPStatus.UNAUTHORIZED:
            raise
        parts.banner("bad", tower.say(texts.WRONG_KEY))
        return tower.api.serving_state()


def _stop(tower: Tower, key: str) -> None:
    say = tower.say
    with st.form("stop"):
        st.markdown(say(texts.STOP_ABOUT))
        reason = st.text_input(say(texts.REASON))
        if st.form_submit_button(say(texts.STOP), icon=":material/front_hand:"):
            if not reason.strip():
                parts.banner("watch", say(texts.NO_REASON))
                return
            with parts.guarded(tower, common.NOT_DONE):
                tower.api.stop(reason.strip(), key)
                _told(say(texts.IS_STOPPED))


def _ask(tower: Tower, key: str, state: Mapping[str, Any]) -> None:
    say = tower.say
    with st.form("ask"):
        st.markdown(say(texts.ASK_ABOUT))
        reason = st.text_input(say(texts.REASON))
        evidence = st.text_input(say(texts.EVIDENCE), _evidence(tower, state))
        if st.form_submit_button(say(texts.ASK), icon=":material/play_circle:"):
            with parts.guarded(tower, common.NOT_DONE):
                asked = tower.api.ask_for_resume(
                    reason.strip(), state["epoch"], key, evidence.strip()
                )
                until = say.moment(datetime.fromisoformat(asked["until"]))
                parts.banner("good", say(texts.ASKED, until=until))


def _evidence(tower: Tower, state: Mapping[str, Any]) -> str:
    """Return the digest of the newest verdict of drift, if it came after the stop."""
    since_us = to_us(datetime.fromisoformat(state["since"]))
    newest = next(iter(tower.log.verdicts(1)), None)
    return newest.digest or "" if newest and newest.at_us > since_us else ""


def _approve(tower: Tower, key: str, state: Mapping[str, Any]) -> None:
    say = tower.say
    waiting = _state(tower, key).get("requests", ())
    if waiting:
        parts.heading(tower, texts.OPEN)
    for one in waiting:
        at, by = say.moment(datetime.fromisoformat(one["at"])), parts.plain(one["by"])
        st.markdown(say(texts.REQUEST, by=by, at=at, reason=parts.plain(one["reason"])))
        if st.button(
            say(texts.APPROVE, by=by), key=one["request_id"], icon=":material/how_to_reg:"
        ):
            with parts.guarded(tower, common.NOT_DONE):
                tower.api.approve(one["request_id"], state["epoch"], key)
                _told(say(texts.IS_RUNNING))


def _told(said: str) -> None:
    """Draw the page anew, as the gate now stands, and say what was done."""
    st.toast(said, icon=":material/task_alt:")
    st.rerun()
