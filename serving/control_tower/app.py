"""The app: which pages there are, in which language, over which platform. Streamlit runs this file.

``python -m serving.control_tower`` starts it, and so does ``make up``.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import streamlit as st

from risk_platform.errors.base import RiskPlatformError
from risk_platform.settings import Settings
from serving.control_tower import asking
from serving.control_tower.language import NAMES, Language, Speech, Text
from serving.control_tower.screens import (
    drift,
    drills,
    governance,
    model,
    policy,
    portfolio,
    score_one,
    today,
)
from serving.control_tower.sources.api import Api
from serving.control_tower.sources.log import Log
from serving.control_tower.sources.shelf import Shelf
from serving.control_tower.texts import common
from serving.control_tower.texts import drift as drift_texts
from serving.control_tower.texts import drills as drills_texts
from serving.control_tower.texts import governance as governance_texts
from serving.control_tower.texts import model as model_texts
from serving.control_tower.texts import policy as policy_texts
from serving.control_tower.texts import portfolio as portfolio_texts
from serving.control_tower.texts import score_one as score_texts
from serving.control_tower.texts import today as today_texts
from serving.control_tower.tower import Tower

# Page, its name, its icon, and the end of its address; the first one has none.
PAGES: tuple[tuple[ModuleType, Text, str, str], ...] = (
    (today, today_texts.TITLE, "speed", ""),
    (score_one, score_texts.TITLE, "person_search", "score-one"),
    (portfolio, portfolio_texts.TITLE, "stacked_line_chart", "portfolio"),
    (policy, policy_texts.TITLE, "rule", "policy"),
    (model, model_texts.TITLE, "model_training", "model"),
    (drift, drift_texts.TITLE, "waves", "drift"),
    (governance, governance_texts.TITLE, "gavel", "governance"),
)
DRILLS = (drills, drills_texts.TITLE, "local_fire_department", "drills")
_STATE_EVERY_SECONDS = 2
_SIDEBAR_PX = 240
_STYLES, _SPANISH = (Path(__file__).with_name(name) for name in ("dense.css", "spanish.css"))


@st.cache_resource(show_spinner=False)
def sources() -> tuple[Settings, Api, Log, Shelf]:
    """Return the sources of the platform that the environment names, opened once."""
    settings = Settings()
    return settings, Api.of(settings), Log(settings), Shelf(settings)


def main() -> None:
    """Draw the page that is asked for."""
    st.set_page_config(
        page_title=_speech()(common.TOWER),
        page_icon=":material/cell_tower:",
        layout="wide",
        initial_sidebar_state=_SIDEBAR_PX,
    )
    st.html(_STYLES)
    tower = Tower(*sources(), _speech())
    if tower.say.language is Language.SPANISH:
        st.html(_SPANISH)
    pages = PAGES + ((DRILLS,) if tower.settings.drills else ())
    chosen = st.navigation([_page(tower, *page) for page in pages])
    with st.sidebar:
        st.fragment(_standing, run_every=_STATE_EVERY_SECONDS)(tower)
        _choose_language(tower)
        _links(tower)
    chosen.run()


def _speech() -> Speech:
    """Return the reader's language: what was chosen here, else what the address says."""
    if "language" not in st.session_state:
        asked = st.query_params.get("lang", Language.ENGLISH)
        known = asked if asked in [*Language] else Language.ENGLISH
        st.session_state["language"] = Language(known)
    return Speech(Language(st.session_state["language"]))


def _page(tower: Tower, screen: ModuleType, title: Text, icon: str, path: str) -> Any:  # noqa: ANN401
    draw: Callable[[Tower], None] = screen.show

    def drawn() -> None:
        draw(tower)

    return st.Page(
        drawn,
        title=tower.say(title),
        icon=f":material/{icon}:",
        url_path=path or None,
        default=not path,
    )


def _standing(tower: Tower) -> None:
    """Tell on every page whether scoring runs."""
    try:
        state: Mapping[str, Any] = asking.state(tower)
    except RiskPlatformError:
        st.markdown(f":gray-badge[:material/help: {tower.say(common.UNKNOWN)}]")
        return
    if state["state"] == "running":
        left = tower.say(common.LEASE_LEFT, left=tower.say.duration(state["lease_seconds"]))
        st.markdown(f":green-badge[:material/check_circle: {tower.say(common.RUNNING)}]  \n{left}")
    else:
        st.markdown(f":red-badge[:material/front_hand: {tower.say(common.STOPPED)}]")


def _choose_language(tower: Tower) -> None:
    """Let the reader choose; the address says it too, so that a page reads so again."""
    chosen = st.radio(
        tower.say(common.LANGUAGE),
        [*Language],
        key="language",
        format_func=lambda one: NAMES[one],
        horizontal=True,
    )
    if chosen is not Language.ENGLISH:
        st.query_params["lang"] = Language(chosen)
    elif "lang" in st.query_params:
        del st.query_params["lang"]


def _links(tower: Tower) -> None:
    named = {
        common.LINK_DAGSTER: tower.settings.dagster_url,
        common.LINK_MLFLOW: tower.settings.mlflow_url,
        common.LINK_API: f"{tower.api.address}/docs",
    }
    lines = "\n".join(f"* [{tower.say(text)}]({address})" for text, address in named.items())
    st.markdown(f"**{tower.say(common.LINKS)}**\n{lines}")


if __name__ == "__main__":
    main()
