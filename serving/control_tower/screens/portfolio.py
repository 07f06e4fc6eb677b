"""Portfolio: who borrows, how vintages went bad, what loss is expected, and a file to score."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st
from msgspec import structs

from risk_platform.handover.log.tallies import Glimpse
from serving.control_tower import asking, parts
from serving.control_tower.figures import decisions, vintages
from serving.control_tower.retold import renamed, retold
from serving.control_tower.screens import upload
from serving.control_tower.sources.shelf import Found, Origin
from serving.control_tower.sources.views import ChampionReport, Slice, VintageCurves
from serving.control_tower.texts import common
from serving.control_tower.texts import portfolio as texts
from serving.control_tower.tower import Tower

_ALL = "all"
_DAY = timedelta(days=1)


def show(tower: Tower) -> None:
    """Draw the page."""
    parts.header(tower, texts.TITLE, texts.ABOUT)
    parts.heading(tower, texts.VINTAGES)
    with parts.guarded(tower):
        found = parts.published(tower, "vintage_curves", VintageCurves)
        if found is not None:
            _vintages(tower, found)
    with parts.guarded(tower):
        report = parts.published(tower, "champion_report", ChampionReport)
        if report is not None:
            left, right = st.columns(2, gap="large")
            with left:
                _segments(tower, report)
            with right:
                _losses(tower, report)
    upload.draw(tower)


def _vintages(tower: Tower, found: Found[VintageCurves]) -> None:
    say, told = tower.say, found.value
    young = [one for one in told.curves if not one.is_mature]
    badge = say(texts.MATURITY, mature=len(told.curves) - len(young), young=len(young))
    st.markdown(f":blue-badge[:material/verified: {badge}]")
    st.markdown(say(texts.VINTAGES_ABOUT, horizon=told.horizon, snapshot=told.snapshot or "?"))
    drawn = {one.name for one in vintages.shown_vintages(told.curves)}
    picked = st.multiselect(
        say(texts.PICK),
        [one.name for one in told.curves],
        default=[one.name for one in told.curves if one.name in drawn],
    )
    chart = vintages.vintage_chart(
        [one for one in told.curves if one.name in picked],
        told.horizon,
        (say(texts.MONTHS), say(texts.DEFAULTED)),
        (say(texts.MATURE), say(texts.YOUNG)),
        say(texts.VINTAGES_CHART),
    )
    parts.chart(tower, chart)
    parts.source(tower, found.origin)


def _segments(tower: Tower, report: Found[ChampionReport]) -> None:
    say = tower.say
    parts.heading(tower, texts.SEGMENTS)
    st.markdown(say(texts.SEGMENTS_ABOUT))
    segments = report.value.slices.get("segment", ())
    if not segments:
        parts.empty(tower, say(common.NOT_YET, asset="borrower_segments"), parts.MAKE_ALL)
        return
    segments = [structs.replace(one, name=_renamed(tower, one.name)) for one in segments]
    counted = [structs.replace(one, name=_with_loans(tower, one)) for one in segments]
    names = (say(common.MEAN_PD), say(common.DEFAULT_RATE))
    about = say(texts.SEGMENTS_CHART)
    parts.chart(tower, vintages.expectation_chart(counted, names, " / ".join(names), about))
    parts.source(tower, report.origin, Origin("borrower_segments"))
    with parts.guarded(tower):
        now = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        seen = asking.sample(tower, now - _DAY, now)
        if seen.glimpses:
            st.markdown(f"**{say(texts.NOW)}**")
            parts.table(_now(tower, segments, seen.glimpses))
            (many,) = asking.counts(tower, [now - _DAY, now])
            told = say(common.SAMPLED, seen=say.number(len(seen.glimpses)), all=say.number(many))
            parts.source(tower, Origin("prediction_log"), note=told)


def _renamed(tower: Tower, name: str) -> str:
    """Return the name of a segment, which its number opens."""
    number, _, words = name.partition(" ")
    return f"{number} {renamed(tower.say, words)}"


def _with_loans(tower: Tower, one: Slice) -> str:
    return f"{one.name} ({tower.say(texts.LOANS, count=tower.say.number(one.loans))})"


def _now(
    tower: Tower, segments: Sequence[Slice], glimpses: Sequence[Glimpse]
) -> list[dict[str, str]]:
    """Return a row for each segment: how many are of it now, and in test."""
    say, all_loans = tower.say, sum(one.loans for one in segments) or 1
    named = {int(one.name.partition(" ")[0]): one for one in segments}
    rows: list[dict[str, str]] = []
    for number in sorted({one.segment for one in glimpses} | named.keys()):
        of = [one for one in glimpses if one.segment == number]
        known, told = named.get(number), decisions.told(of)
        rows.append(
            {
                say(texts.SEGMENT): known.name if known else str(number),
                say(texts.SHARE_NOW): say.share(len(of) / len(glimpses)),
                say(texts.SHARE_TEST): say.share(known.loans / all_loans) if known else "-",
                say(texts.PD_NOW): "-" if told.mean_pd is None else say.share(told.mean_pd, 2),
                say(texts.APPROVED_NOW): "-" if told.approved is None else say.share(told.approved),
            }
        )
    return rows


def _losses(tower: Tower, report: Found[ChampionReport]) -> None:
    say, losses = tower.say, report.value.losses
    parts.heading(tower, texts.LOSS)
    st.markdown(say(texts.LOSS_ABOUT))
    if losses is None or not losses.rows or losses.ratio is None:
        why = retold(say, losses.why_not) if losses else ""
        parts.banner("unknown", say(texts.NO_LOSSES, why=why or "-"))
        return
    whole = next(one for one in losses.rows if one.name == _ALL)
    names = (say(texts.EXPECTED), say(texts.REALISED))
    columns = st.columns(2)
    with columns[0]:
        parts.figure(tower, texts.EXPECTED, say.usd(whole.expected))
    with columns[1]:
        parts.figure(tower, texts.REALISED, say.usd(whole.realised))
    interval = say.interval(losses.ratio.low, losses.ratio.high, 2)
    st.markdown(say(texts.RATIO, ratio=say.number(losses.ratio.value, 2), interval=interval))
    grades = [one for one in losses.rows if one.name != _ALL]
    parts.chart(
        tower, vintages.losses_chart(grades, names, say(texts.LOSS_CHART), say(texts.LOSS_ABOUT))
    )
    parts.source(tower, report.origin)
