"""The gate's doors: stopping scoring, asking that it run again, approving; a part of Governance."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import streamlit as st

from risk_platform.handover.clock import to_us
from serving.control_tower import parts
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
    state = tower.api.serving_state(key)
    since = tower.say(
        common.SINCE,
        at=tower.say.moment(datetime.fromisoformat(state["since"])),
        by=parts.plain(state["by"]),
        reason=parts.plain(state["reason"]),
    )
    if state["state"] == "running":
        parts.banner("good", f"**{tower.say(common.RUNNING)}** {since}")
        _stop(tower, key)
    else:
        parts.banner("bad", f"**{tower.say(common.STOPPED)}** {since}")
        _ask(tower, key, state)
        _approve(tower, key, state)
    parts.source(tower, Origin("serving_gate"))


def _stop(tower: Tower, key: str) -> None:
    say = tower.say
    with st.form("stop"):
        st.markdown(say(texts.STOP_ABOUT))
        reason = st.text_input(say(texts.REASON))
        if st.form_submit_button(say(texts.STOP), icon=":material/front_hand:"):
            if not reason.strip():
                parts.banner("watch", say(texts.NO_REASON))
            else:
                tower.api.stop(reason.strip(), key)
                _told(say(texts.IS_STOPPED))


def _ask(tower: Tower, key: str, state: Mapping[str, Any]) -> None:
    say = tower.say
    with st.form("ask"):
        st.markdown(say(texts.ASK_ABOUT))
        reason = st.text_input(say(texts.REASON))
        evidence = st.text_input(say(texts.EVIDENCE), _evidence(tower, state))
        if st.form_submit_button(say(texts.ASK), icon=":material/play_circle:"):
            asked = tower.api.ask_for_resume(reason.strip(), state["epoch"], key, evidence.strip())
            parts.banner("good", say(texts.ASKED, until=asked["until"]))


def _evidence(tower: Tower, state: Mapping[str, Any]) -> str:
    """Return the digest of the newest verdict of drift, if it came after the stop."""
    since_us = to_us(datetime.fromisoformat(state["since"]))
    newest = next(iter(tower.log.verdicts(1)), None)
    return newest.digest or "" if newest and newest.at_us > since_us else ""


def _approve(tower: Tower, key: str, state: Mapping[str, Any]) -> None:
    say = tower.say
    waiting = tower.api.serving_state(key).get("requests", ())
    if waiting:
        parts.heading(tower, texts.OPEN)
    for one in waiting:
        at, by = one["at"][11:19], parts.plain(one["by"])
        st.markdown(say(texts.REQUEST, by=by, at=at, reason=parts.plain(one["reason"])))
        if st.button(
            say(texts.APPROVE, by=by), key=one["request_id"], icon=":material/how_to_reg:"
        ):
            tower.api.approve(one["request_id"], state["epoch"], key)
            _told(say(texts.IS_RUNNING))


def _told(said: str) -> None:
    """Draw the page anew, as the gate now stands, and say what was done."""
    st.toast(said, icon=":material/task_alt:")
    st.rerun()
