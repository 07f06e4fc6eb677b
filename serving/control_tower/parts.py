"""Parts: what pages are put together from, so that each says the same thing the same way."""

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import altair as alt
import pandas as pd
import streamlit as st

from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.tables import MissingTableError
from risk_platform.errors.tower import NoLogError, ServiceRefusedError, ServiceSilentError
from serving.control_tower import asking
from serving.control_tower.figures.spoken import spoken
from serving.control_tower.language import Text
from serving.control_tower.retold import retold
from serving.control_tower.sources.shelf import Found, Origin
from serving.control_tower.texts import common
from serving.control_tower.tower import Tower

Shown = TypeVar("Shown")
MAKE_ALL, START_ALL = "make demo", "make up"
# Cells of less than 64 pixels keep to one line.
_TWO_LINES, _HEADER = 66, 38
_MARKS = re.compile(r"[\\`*_\[\]<>$~|#!:]|^[-+]")


def header(tower: Tower, title: Text, about: Text) -> None:
    """Draw a page's name, and what it is for."""
    st.title(tower.say(title), anchor=False)
    st.markdown(tower.say(about))


def heading(tower: Tower, text: Text) -> None:
    """Draw the name of a part of a page."""
    st.header(tower.say(text), anchor=False)


@contextmanager
def guarded(tower: Tower, failed: Text = common.NOT_SHOWN) -> Generator[None]:
    """Tell what a source did not give, in the page; whatever else the page shows goes on."""
    try:
        yield
    except NoLogError:
        empty(tower, tower.say(common.NO_LOG), f"{MAKE_ALL}\n{START_ALL}")
    except ServiceSilentError:
        said = tower.say(common.SILENT, address=plain(tower.api.address))
        st.error(f"{said}  \n{tower.say(common.THE_REST)}", icon=":material/cloud_off:")
        st.code(START_ALL, language=None)
    except (RiskPlatformError, OSError) as error:
        why = plain(retold(tower.say, str(error)))
        said = tower.say(failed, error=f"{why[:1].upper()}{why[1:]}")
        st.error("\n* ".join([said, *map(plain, _faults(error))]), icon=":material/error:")


def _faults(error: Exception) -> list[str]:
    """Return where something is wrong in what was sent, as the service tells it."""
    faults = error.faults if isinstance(error, ServiceRefusedError) else ()
    return [f"{one['pointer'].strip('/')}: {one['detail']}" for one in faults]


def empty(tower: Tower, sentence: str, command: str) -> None:
    """Tell that there is nothing to show, and which command fills it."""
    st.info(f"{sentence}  \n{tower.say(common.FILL)}", icon=":material/inbox:")
    st.code(command, language=None, wrap_lines=True)


def published(tower: Tower, name: str, kind: type[Shown], command: str = "") -> Found[Shown] | None:
    """Return a published document; where there is none, draw what fills it and return ``None``."""
    try:
        return asking.document(tower, name, kind)
    except MissingTableError:
        empty(tower, tower.say(common.NOT_YET, asset=name), command or MAKE_ALL)
        return None


def source(tower: Tower, *origins: Origin, note: str = "") -> None:
    """Name the assets that the numbers above came from, each linked to its page."""
    told = " · ".join(_origin(tower, one) for one in origins)
    name = tower.say(common.SOURCES if len(origins) > 1 else common.SOURCE)
    st.caption(f"{name}: {told}" + (f" · {note}" if note else ""))


def figure(
    tower: Tower, label: Text, value: str, note: str = "", about: Text | None = None
) -> None:
    """Draw one number with its name, and what stands beside it."""
    name = tower.say(label)
    st.metric(
        name[:1].upper() + name[1:],
        value,
        delta=note or None,
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=tower.say(about) if about else None,
    )


def chart(tower: Tower, drawn: alt.TopLevelMixin) -> None:
    """Draw a chart over the width that there is, in the reader's language."""
    on_light = st.context.theme.type == "light"
    st.altair_chart(spoken(drawn, tower.say, on_light=on_light), width="stretch")


def table(rows: Sequence[Mapping[str, str]]) -> None:
    """Draw some rows as a table; the first column names them."""
    made = pd.DataFrame([{name: plain(text) for name, text in row.items()} for row in rows])
    st.table(made.set_index(made.columns[0]) if rows else made)


def long_table(
    rows: Sequence[Mapping[str, Any]], height: int, *, with_sentences: bool = True
) -> None:
    """Draw many rows as a table that scrolls where it is higher than that."""
    row_height = _TWO_LINES if with_sentences else _HEADER
    whole = _HEADER + row_height * len(rows)
    st.dataframe(
        pd.DataFrame(rows),
        height=min(height, whole),
        width="stretch",
        hide_index=True,
        row_height=row_height,
    )


def plain(text: str) -> str:
    """Return a text that somebody wrote as it stands: nothing in it is a mark, link or formula."""
    return _MARKS.sub(r"\\\g<0>", text)


def verdict_names(tower: Tower) -> dict[str, str]:
    """Return what the verdicts are called."""
    return {verdict: tower.say(text) for verdict, text in common.VERDICTS.items()}


def light_names(tower: Tower) -> dict[str, str]:
    """Return what the lights of drift are called."""
    return {light: tower.say(text) for light, text in common.LIGHTS.items()}


def banner(kind: str, text: str, icon: str = "") -> None:
    """Draw a sentence that must be seen; ``kind`` is good, watch, bad or unknown."""
    draw = {"good": st.success, "watch": st.warning, "bad": st.error, "unknown": st.info}[kind]
    icons = {
        "good": ":material/check_circle:",
        "watch": ":material/warning:",
        "bad": ":material/front_hand:",
        "unknown": ":material/help:",
    }
    draw(text, icon=icon or icons[kind])


def _origin(tower: Tower, of: Origin) -> str:
    said = [f"[{of.asset}]({tower.link(of)})"]
    said += [f"`{of.version}`"] if of.version else []
    said += [tower.say.moment(of.at)] if of.at else [tower.say(common.LIVE)]
    said += [f"{tower.say(common.PROTOCOL)} {of.protocol}"] if of.protocol else []
    return ", ".join(said)
