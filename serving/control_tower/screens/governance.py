"""Governance: who moved the gate, which models led, whether the log is intact, the dossier."""

from datetime import UTC, datetime

import streamlit as st

from risk_platform.errors.handover import BrokenChainError, LostAnchorError, NoAnchorsError
from risk_platform.handover.clock import from_us
from risk_platform.handover.gating.history import Event
from serving.control_tower import asking, parts
from serving.control_tower.dossier import packed
from serving.control_tower.evidence import collected
from serving.control_tower.retold import retold
from serving.control_tower.screens import gate
from serving.control_tower.sources.shelf import Origin
from serving.control_tower.sources.views import Promotions, Proposal
from serving.control_tower.texts import common
from serving.control_tower.texts import governance as texts
from serving.control_tower.tower import Tower

GATE, LOG = Origin("serving_gate"), Origin("prediction_log")
_EVENTS = 200


def show(tower: Tower) -> None:
    """Draw the page."""
    parts.header(tower, texts.TITLE, texts.ABOUT)
    with parts.guarded(tower):
        gate.draw(tower)
    with parts.guarded(tower):
        _events(tower)
    with parts.guarded(tower):
        _leaders(tower)
    left, right = st.columns(2, gap="large")
    with left, parts.guarded(tower):
        _verification(tower)
    with right, parts.guarded(tower):
        _dossier(tower)


def _events(tower: Tower) -> None:
    say = tower.say
    parts.heading(tower, texts.EVENTS)
    found = asking.events(tower, _EVENTS)
    if not found:
        parts.empty(tower, say(texts.NO_EVENTS), parts.START_ALL)
        return
    rows = [
        {
            say(texts.AT): f"{from_us(one.at_us):%Y-%m-%d %H:%M:%S}",
            say(texts.ACTION): _action(tower, one),
            say(texts.WHY): retold(say, one.reason),
            say(texts.RULE): retold(say, one.trigger),
        }
        for one in found
    ]
    parts.long_table(rows, 420)
    parts.source(tower, GATE)


def _action(tower: Tower, one: Event) -> str:
    """Return what was done, and by whom."""
    known = common.ACTIONS.get(one.action)
    done, by = tower.say(known) if known else one.action, retold(tower.say, one.by)
    if one.approver:
        return tower.say(texts.DONE_BY_TWO, done=done, by=by, approver=one.approver)
    return tower.say(texts.DONE_BY, done=done, by=by)


def _leaders(tower: Tower) -> None:
    say = tower.say
    parts.heading(tower, texts.LEADERS)
    found = parts.published(tower, "promotions", Promotions)
    if found is None:
        return
    rows = [
        {
            say(texts.AT): one.at[:19].replace("T", " "),
            say(texts.VERSION): str(one.version),
            say(texts.WAY): retold(say, one.way),
            say(texts.BY): one.by,
            say(texts.WHY): retold(say, one.reason),
        }
        for one in reversed(found.value.promotions)
    ]
    parts.table(rows)
    if waiting := _waiting(found.value):
        said = say(texts.WAITS, version=waiting.version, candidate=waiting.candidate, by=waiting.by)
        parts.banner("watch", said)
        st.code(f"risk-platform approve {waiting.version} --by NAME --reason REASON", language=None)
    else:
        st.caption(say(texts.NONE_WAITS))
    parts.source(tower, Origin("proposed_champion"), Origin("deployed_champion"))


def _waiting(record: Promotions) -> Proposal | None:
    """Return the last proposal, where nothing came of it yet."""
    if not record.proposals:
        return None
    last, led = record.proposals[-1], {one.version for one in record.promotions}
    return None if last.version in led else last


def _verification(tower: Tower) -> None:
    say = tower.say
    parts.heading(tower, texts.VERIFICATION)
    st.markdown(say(texts.VERIFY_ABOUT))
    if st.button(say(texts.VERIFY), icon=":material/verified_user:"):
        try:
            with st.spinner(say(texts.VERIFYING)):
                audit = tower.log.audit()
        except (BrokenChainError, LostAnchorError, NoAnchorsError) as error:
            parts.banner("bad", say(texts.NOT_INTACT, error=parts.plain(str(error))))
        else:
            told = {name: say.number(getattr(audit, name)) for name in _AUDITED}
            parts.banner("good", say(texts.VERIFIED, **told))
            if audit.cuts:
                parts.banner("watch", say(texts.CUTS, count=len(audit.cuts)))
    parts.source(tower, LOG)


_AUDITED = ("sealed", "anchored", "unsealed")


def _dossier(tower: Tower) -> None:
    say = tower.say
    parts.heading(tower, texts.DOSSIER)
    st.markdown(say(texts.DOSSIER_ABOUT))
    if st.button(say(texts.PACK), icon=":material/inventory_2:"):
        files, lacking = collected(tower.shelf, tower.log)
        made_at = datetime.now(UTC)
        st.session_state["dossier"] = packed(files, made_at), made_at, len(files), lacking
    if "dossier" in st.session_state:
        content, made_at, count, lacking = st.session_state["dossier"]
        st.markdown(say(texts.HOLDS, count=count, size=say.number(len(content) / 1_000)))
        if lacking:
            st.caption(say(texts.LACKS, names=", ".join(lacking)))
        name = f"dossier-{made_at:%Y%m%dT%H%M%SZ}.zip"
        st.download_button(
            say(common.DOWNLOAD), content, name, "application/zip", icon=":material/download:"
        )
    parts.source(tower, Origin("validation_report"), Origin("champion_report"))
