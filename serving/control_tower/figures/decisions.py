"""Charts of decisions over time: how many, what became of them, how risky, how fast."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import quantiles

import altair as alt

from risk_platform.handover.clock import to_us
from risk_platform.handover.log.tallies import Glimpse
from serving.control_tower.figures.theme import MODEL, VERDICTS, coloured, data, framed, percent

_PERCENTILES = 100
_HEIGHT = 235


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What some decisions were like.

    Parameters
    ----------
    seen
        How many were looked at; the other figures are ``None`` where that is 0.
    approved, mean_pd
        Share that was approved, and the mean PD.
    median_ms, slow_ms
        Half of them, and 99 in 100, were logged within so many milliseconds.
    """

    seen: int
    approved: float | None = None
    mean_pd: float | None = None
    median_ms: float | None = None
    slow_ms: float | None = None


def told(glimpses: Sequence[Glimpse]) -> Told:
    """Return what decisions were like."""
    if not glimpses:
        return Told(seen=0)
    times = sorted(one.latency_us / 1_000 for one in glimpses)
    spread = quantiles(times, n=_PERCENTILES) if len(times) > 1 else times * _PERCENTILES
    return Told(
        seen=len(glimpses),
        approved=sum(one.verdict == "approve" for one in glimpses) / len(glimpses),
        mean_pd=sum(one.pd for one in glimpses) / len(glimpses),
        median_ms=times[len(times) // 2],
        slow_ms=spread[-1],
    )


def edges(until: datetime, span: timedelta, buckets: int) -> list[datetime]:
    """Return the bounds of even times that end at a moment, rounded down to one such time."""
    width = span / buckets
    since = datetime(1970, 1, 1, tzinfo=UTC)
    last = since + (until - since) // width * width + width
    return [last - width * left for left in range(buckets, -1, -1)]


def buckets(glimpses: Sequence[Glimpse], bounds: Sequence[datetime]) -> list[list[Glimpse]]:
    """Return decisions by the times that they fall into."""
    first, width = to_us(bounds[0]), to_us(bounds[1]) - to_us(bounds[0])
    found: list[list[Glimpse]] = [[] for _ in bounds[1:]]
    for one in glimpses:
        place = (one.at_us - first) // width
        if 0 <= place < len(found):
            found[place].append(one)
    return found


def volume_chart(bounds: Sequence[datetime], counts: Sequence[int], title: str) -> alt.Chart:
    """Draw how many decisions there were in each time."""
    rows = [
        {"since": _iso(since), "until": _iso(until), "series": title, "decisions": count}
        for since, until, count in zip(bounds, bounds[1:], counts, strict=False)
    ]
    chart = (
        alt.Chart(data(rows))
        .mark_bar()
        .encode(
            x=_over(bounds),
            x2="until:T",
            y=alt.Y("decisions:Q", title=title, axis=alt.Axis(tickMinStep=1)),
            y2=alt.datum(0),
            color=coloured([title], [MODEL]),
            tooltip=[_moment(), alt.Tooltip("decisions:Q", title=title, format=",")],
        )
    )
    return framed(chart, title, _HEIGHT)


def mix_chart(
    bounds: Sequence[datetime],
    parts: Sequence[Sequence[Glimpse]],
    names: Mapping[str, str],
    title: str,
) -> alt.Chart:
    """Draw which share of each time's decisions was approved, referred and declined.

    Parameters
    ----------
    bounds, parts
        Times, and the decisions in each.
    names
        Verdict to what it is called.
    title
        Of the chart.
    """
    rows = [
        {"since": _iso(since), "until": _iso(until), **row}
        for since, until, part in zip(bounds, bounds[1:], parts, strict=False)
        for row in _stacked(part, names)
    ]
    chart = (
        alt.Chart(data(rows))
        .mark_bar()
        .encode(
            x=_over(bounds),
            x2="until:T",
            y=alt.Y("low:Q", **percent(title)),
            y2="high:Q",
            color=coloured([names[one] for one in VERDICTS], list(VERDICTS.values())),
            tooltip=["series:N", _moment(), alt.Tooltip("share:Q", format=".1%", title=title)],
        )
    )
    return framed(chart, title, _HEIGHT)


def _stacked(part: Sequence[Glimpse], names: Mapping[str, str]) -> Iterator[Mapping[str, object]]:
    """Yield which share was approved, referred and declined, each on top of the one before."""
    low = 0.0
    for verdict in VERDICTS if part else ():
        share = sum(one.verdict == verdict for one in part) / len(part)
        yield {"series": names[verdict], "low": low, "high": low + share, "share": share}
        low += share


def line_chart(
    bounds: Sequence[datetime],
    values: Mapping[str, Sequence[float | None]],
    colours: Sequence[str],
    title: str,
    *,
    as_share: bool,
) -> alt.Chart:
    """Draw figures of each time, a line for each name; nothing, ``None``, leaves a gap."""
    rows = [
        {"since": _iso(since), "series": name, "value": value}
        for name, line in values.items()
        for since, value in zip(bounds, line, strict=False)
    ]
    shape = ".2%" if as_share else ",.1f"
    axis = percent(title) if as_share else {"axis": alt.Axis(title=title)}
    chart = (
        alt.Chart(data(rows))
        .mark_line(point=alt.OverlayMarkDef(size=18), strokeWidth=1.8)
        .encode(
            x=_over(bounds),
            y=alt.Y("value:Q", **axis),
            color=coloured(list(values), colours),
            tooltip=["series:N", _moment(), alt.Tooltip("value:Q", format=shape, title=title)],
        )
    )
    return framed(chart, title, _HEIGHT)


def _over(bounds: Sequence[datetime]) -> alt.X:
    """Return the axis of all times, so that charts of them stand in line."""
    shape = "%H:%M" if bounds[-1] - bounds[0] <= timedelta(days=1, hours=1) else "%d %b"
    return alt.X(
        "since:T",
        title="UTC",
        axis=alt.Axis(format=shape, labelOverlap=True, grid=False, tickCount=8),
        scale=alt.Scale(type="utc", domain=[_iso(bounds[0]), _iso(bounds[-1])]),
    )


def _moment() -> alt.Tooltip:
    return alt.Tooltip("utcyearmonthdatehoursminutes(since):T", title="UTC", format="%d %b %H:%M")


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
