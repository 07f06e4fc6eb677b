"""Model: how well the champion ranks, how true its PDs are, what it had to show, and its card."""

from collections.abc import Mapping
from datetime import datetime

import streamlit as st
from msgspec import structs

from serving.control_tower import asking, parts
from serving.control_tower.figures import judged
from serving.control_tower.language import Text
from serving.control_tower.retold import retold
from serving.control_tower.sources.shelf import Found, Origin
from serving.control_tower.sources.views import ChampionReport, GateReport, Leaderboard
from serving.control_tower.texts import common
from serving.control_tower.texts import model as texts
from serving.control_tower.texts.judged import DEMANDS
from serving.control_tower.tower import Tower

_SUB_GRADE = "sub_grade"
_ALL = "all"
# Of the table of candidates, what each is called.
_FIGURES = {
    "auc": "AUC",
    "ks": "KS",
    "gini": "Gini",
    "pr_auc": "PR-AUC",
    "brier": "Brier",
    "ece": "ECE",
}
_TEST, _VALIDATION = "test", "validation"


def show(tower: Tower) -> None:
    """Draw the page."""
    parts.header(tower, texts.TITLE, texts.ABOUT)
    with parts.guarded(tower):
        report = parts.published(tower, "champion_report", ChampionReport)
        board = parts.published(tower, "leaderboard", Leaderboard) if report else None
        if report is not None and board is not None:
            _judged(tower, report, board)


def _judged(tower: Tower, report: Found[ChampionReport], board: Found[Leaderboard]) -> None:
    say, told, rules = tower.say, report.value, board.value.rules
    maturity = retold(say, told.maturity.get(_TEST, "?"))
    under = say(texts.UNDER, model=told.model, protocol=told.protocol, maturity=maturity)
    st.markdown(under)
    if rules.warning:
        parts.banner("watch", say(texts.WARNING, warning=retold(say, rules.warning)))
    _figures(tower, told)
    parts.source(tower, report.origin)
    names = (
        texts.RANKING,
        texts.CALIBRATION,
        texts.CANDIDATES,
        texts.STABILITY,
        texts.CARD,
    )
    tabs = st.tabs([say(name) for name in names])
    with tabs[0]:
        _ranking(tower, told)
        parts.source(tower, report.origin)
    with tabs[1]:
        _calibration(tower, told)
        parts.source(tower, report.origin)
    with tabs[2]:
        _candidates(tower, board, told.model)
    with tabs[3]:
        _stability(tower, told)
        parts.source(tower, report.origin)
    with tabs[4]:
        with parts.guarded(tower):
            _card(tower, board)
        _report(tower)


def _figures(tower: Tower, told: ChampionReport) -> None:
    say, test = tower.say, told.test
    columns = st.columns([6, 6, 5, 5, 6])
    ranked = (
        (texts.AUC_BESIDE, told.auc, told.sub_grade_auc),
        (texts.KS_BESIDE, told.ks, told.sub_grade_ks),
    )
    for column, (name, of, grade) in zip(columns, ranked, strict=False):
        with column:
            label = Text(*(text.format(grade=say.number(grade.value, 3)) for text in name))
            interval = say(texts.AT_95, interval=say.interval(of.low, of.high))
            parts.figure(tower, label, say.number(of.value, 3), interval)
    with columns[2]:
        parts.figure(tower, texts.BRIER, _digits(tower, test.get("brier")), say(texts.BASE))
    with columns[3]:
        parts.figure(tower, texts.ECE, _share(tower, test.get("ece")), say(texts.BY_DECILE))
    with columns[4]:
        means = [_share(tower, test.get(name)) for name in ("mean_pd", "default_rate")]
        parts.figure(tower, texts.MEANS, " / ".join(means))


def _ranking(tower: Tower, told: ChampionReport) -> None:
    say, curves = tower.say, told.curves
    left, right = st.columns(2, gap="medium")
    with left:
        parts.heading(tower, texts.ROC)
        roc = {say(common.MODEL): curves["roc"], say(common.SUB_GRADE): curves[f"roc {_SUB_GRADE}"]}
        titles = say(texts.PAYERS_AXIS), say(texts.DEFAULTERS_AXIS)
        parts.chart(
            tower, judged.curves_chart(roc, titles, say(texts.ROC_ABOUT), with_diagonal=True)
        )
    with right:
        st.header(say(texts.SEPARATION, ks=say.number(told.ks.value, 3)), anchor=False)
        apart = {say(texts.PAYERS): curves["payers"], say(texts.DEFAULTERS): curves["defaulters"]}
        titles = say(texts.PD_AXIS), say(texts.UPTO_AXIS)
        about = say(texts.SEPARATION_ABOUT)
        parts.chart(tower, judged.curves_chart(apart, titles, about, colours=judged.APART))
    against = told.against_sub_grade
    if against:
        of = against.difference
        told_ = say(
            texts.DELONG,
            difference=say.signed(of.value, 3),
            interval=say.interval(of.low, of.high),
            p=say.chance(against.p_value),
        )
        st.markdown(told_)
    parts.heading(tower, texts.WITHIN)
    within = [(one.name, one.auc) for one in told.slices.get("grade", ()) if one.auc]
    about = say(texts.WITHIN)
    parts.chart(tower, judged.standings_chart(within, "", say(texts.AUC), about))
    st.caption(say(texts.TOO_FEW))


def _calibration(tower: Tower, told: ChampionReport) -> None:
    say = tower.say
    names = say(common.MEAN_PD), say(common.DEFAULT_RATE)
    about = say(texts.PARTS_ABOUT)
    left, right = st.columns(2, gap="medium")
    with left:
        parts.heading(tower, texts.RELIABILITY)
        chart = judged.reliability_chart(told.reliability, names, say(texts.RELIABILITY_ABOUT))
        parts.chart(tower, chart)
    with right:
        parts.heading(tower, texts.BY_GRADE)
        grades = told.slices.get("grade", ())
        parts.chart(tower, judged.calibration_chart(grades, names, names[1], about))
        st.caption(_gap(tower, told, "grade"))
    parts.heading(tower, texts.BY_VINTAGE)
    vintages = told.slices.get("vintage", ())
    parts.chart(tower, judged.calibration_chart(vintages, names, names[1], about))
    months = ", ".join(f"{one.name} {one.months_observed}" for one in vintages)
    st.caption(f"{_gap(tower, told, 'vintage')} · {say(texts.MATURITY, months=months)} · {about}")


def _gap(tower: Tower, told: ChampionReport, by: str) -> str:
    return tower.say(texts.MEAN_GAP, gap=_share(tower, told.calibration_errors.get(by)))


def _candidates(tower: Tower, board: Found[Leaderboard], champion: str) -> None:
    say = tower.say
    splits = {_TEST: say(texts.TEST), _VALIDATION: say(texts.VALIDATION)}
    split = st.radio(
        say(texts.SPLIT), list(splits), format_func=splits.__getitem__, horizontal=True
    )
    standings = [one for one in board.value.standings if one.split == split]
    ranked = [(one.name, one.intervals["auc"]) for one in standings]
    parts.chart(
        tower, judged.standings_chart(ranked, champion, say(texts.AUC), say(texts.STANDINGS))
    )
    st.caption(say(texts.STANDINGS))
    rows = [
        {
            say(texts.NAME): f"{one.name} ★" if one.name == champion else one.name,
            **{title: _digits(tower, one.figures.get(name)) for name, title in _FIGURES.items()},
            say(texts.P_VALUE): (
                say.chance(one.against_sub_grade.p_value) if one.against_sub_grade else "-"
            ),
        }
        for one in standings
    ]
    parts.table(rows)
    parts.source(tower, board.origin)
    gate = parts.published(tower, "proposed_champion", GateReport)
    if gate is not None:
        _gate(tower, gate, champion)


def _digits(tower: Tower, value: float | None) -> str:
    return "-" if value is None else tower.say.number(value, 4)


def _share(tower: Tower, value: float | None) -> str:
    return "-" if value is None else tower.say.share(value, 2)


def _gate(tower: Tower, gate: Found[GateReport], champion: str) -> None:
    say = tower.say
    parts.heading(tower, texts.GATE)
    judged_ = gate.value.verdicts
    shown = [one for one in judged_ if one.candidate == champion] or judged_
    rows = [
        {
            say(texts.DEMAND): _demand(tower, name),
            say(texts.PASSED): f"✓ {say(common.YES)}" if one.passed else f"✗ {say(common.NO)}",
            say(texts.FOUND): retold(say, one.said),
        }
        for verdict in shown
        for name, one in verdict.found.items()
    ]
    parts.table(rows)
    parts.source(tower, gate.origin)


def _demand(tower: Tower, name: str) -> str:
    known = DEMANDS.get(name)
    return tower.say(known) if known else name.replace("_", " ")


def _stability(tower: Tower, told: ChampionReport) -> None:
    say, stability = tower.say, told.stability
    if stability is None:
        parts.empty(tower, say(texts.NO_STABILITY), parts.MAKE_ALL)
        return
    columns = st.columns(2)
    with columns[0]:
        parts.figure(tower, texts.SPREAD, _digits(tower, stability.auc_spread))
    with columns[1]:
        decay = stability.gini_decay
        parts.figure(tower, texts.DECAY, "-" if decay is None else say.share(decay))
    names = say(texts.STABLE), say(texts.SHIFTED)
    shifts = [
        structs.replace(one, name=say(texts.ALL)) if one.name == _ALL else one
        for one in stability.shifts
    ]
    parts.chart(tower, judged.shifts_chart(shifts, names, "PSI", say(texts.SHIFTS)))
    st.caption(say(texts.SHIFTS))


def _card(tower: Tower, board: Found[Leaderboard]) -> None:
    say, model, rules = tower.say, asking.model(tower), board.value.rules
    told: Mapping[str, str] = {
        say(common.MODEL): f"{model['name']} v{model['version']}",
        say(texts.DIGEST): model["digest"],
        say(common.PROTOCOL): model["protocol"],
        say(texts.OUTCOME): retold(say, rules.outcome),
        say(texts.POPULATION): retold(say, rules.population),
        say(texts.DIVISION): retold(say, rules.division),
        say(texts.MADE_AT): say.moment(datetime.fromisoformat(model["created_at"])),
        say(texts.LOADED): say.moment(datetime.fromisoformat(model["loaded_at"])),
        say(texts.RUN): model["run_id"],
        say(texts.CONTRACT): model["contract"],
        say(texts.INPUTS): str(len(model["features"])),
    }
    parts.table([{" ": name, "": value} for name, value in told.items()])
    with st.expander(say(texts.INPUTS)):
        st.code(", ".join(model["features"]), language=None, wrap_lines=True)
    parts.source(tower, Origin("deployed_champion"), board.origin)


def _report(tower: Tower) -> None:
    """Hand out the whole report, which no service is asked for."""
    if page := tower.shelf.validation_report():
        label, name = tower.say(texts.WHOLE_REPORT), "validation_report.html"
        st.download_button(label, page, name, "text/html", icon=":material/download:")
    else:
        parts.empty(tower, tower.say(texts.NO_REPORT), parts.MAKE_ALL)
    parts.source(tower, Origin("validation_report"))
