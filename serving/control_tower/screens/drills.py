"""Drills: the league of black swans that the platform was put through; in a demonstration alone."""

from collections.abc import Sequence

import streamlit as st
from msgspec import structs

from serving.control_tower import asking, parts
from serving.control_tower.figures import league
from serving.control_tower.language import Text
from serving.control_tower.retold import retold
from serving.control_tower.sources.shelf import Origin
from serving.control_tower.sources.views import Drill
from serving.control_tower.texts import common
from serving.control_tower.texts import drills as texts
from serving.control_tower.tower import Tower

LEAGUE = Origin("drill_league")
_SHORT = 0.1
_ALL = "risk-platform simulate --all"


def show(tower: Tower) -> None:
    """Draw the page."""
    parts.header(tower, texts.TITLE, texts.ABOUT)
    with parts.guarded(tower):
        found = [_retold(tower, one) for one in asking.drills(tower)]
        if not found:
            parts.empty(tower, tower.say(texts.NONE_YET), _ALL)
            return
        _figures(tower, found)
        parts.heading(tower, texts.LEAGUE)
        names = tower.say(texts.PASS), tower.say(texts.FAIL), tower.say(texts.SKIP)
        parts.chart(tower, league.league_chart(found, names, tower.say(texts.SECONDS)))
        parts.heading(tower, texts.TABLE)
        parts.table([_row(tower, one) for one in found])
        parts.source(tower, LEAGUE)
        _one_more(tower, found)


def _retold(tower: Tower, one: Drill) -> Drill:
    about, sentence = retold(tower.say, one.about), retold(tower.say, one.sentence)
    return structs.replace(one, about=about, sentence=sentence)


def _figures(tower: Tower, found: Sequence[Drill]) -> None:
    say = tower.say
    done = [one for one in found if one.verdict != league.SKIPPED]
    passed = [one for one in done if not league.has_failed(one)]
    numbers: tuple[tuple[Text, int, str], ...] = (
        (texts.DONE, len(done), ""),
        (texts.PASSED, len(passed), say(texts.OF, all=say.number(len(done)))),
        (texts.LEAKED, sum(one.observed.bad.decisions for one in done), ""),
        (texts.FALSE_ALARMS, sum(one.observed.false_alarms for one in done), ""),
    )
    for column, (name, value, note) in zip(st.columns(4), numbers, strict=True):
        with column:
            parts.figure(tower, name, say.number(value), note)
    parts.source(tower, LEAGUE)


def _row(tower: Tower, one: Drill) -> dict[str, str]:
    say, bad, recovery = tower.say, one.observed.bad, one.observed.recovery
    mark, word = ("✗", texts.FAIL) if league.has_failed(one) else ("✓", texts.PASS)
    if one.verdict == league.SKIPPED:
        mark, word = "-", texts.SKIP
    well = "-" if recovery is None else say(common.YES if league.is_well(recovery) else common.NO)
    return {
        say(texts.SCENARIO): one.scenario,
        say(texts.HOW): f"{mark} {say(word)}",
        say(texts.WHAT): one.sentence,
        say(texts.UNTIL): _seconds(tower, one.seconds),
        say(texts.BAD): " / ".join(map(say.number, (bad.sent, bad.decisions, bad.refused))),
        say(texts.RECOVERED): well,
        say(texts.AT): one.at[:16].replace("T", " "),
    }


def _seconds(tower: Tower, seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return tower.say.number(seconds, 1) if seconds >= _SHORT else f"< {tower.say.number(_SHORT, 1)}"


def _one_more(tower: Tower, found: Sequence[Drill]) -> None:
    say = tower.say
    parts.heading(tower, texts.RUN_ONE)
    st.markdown(say(texts.RUN_ABOUT))
    names = {"": say(texts.EVERY)} | {one.scenario: f"{one.scenario}: {one.about}" for one in found}
    picked = st.selectbox(say(texts.PICK), list(names), format_func=names.__getitem__)
    st.code(f"risk-platform simulate {picked}" if picked else _ALL, language=None)
