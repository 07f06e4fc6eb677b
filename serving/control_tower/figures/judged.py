"""Charts of how good a model is: ranking, calibration, and beside others."""

from collections.abc import Mapping, Sequence

import altair as alt

from serving.control_tower.figures.theme import (
    DECLINE,
    GOOD,
    INCUMBENT,
    MODEL,
    WATCH,
    coloured,
    data,
    framed,
    percent,
)
from serving.control_tower.sources.views import Bin, Curve, Interval, Shift, Slice

# Payers and defaulters.
APART = (MODEL, DECLINE)
# Siddiqi, Credit Risk Scorecards, 2006, chapter 9.
SHIFTED = 0.10


def curves_chart(
    curves: Mapping[str, Curve],
    titles: tuple[str, str],
    about: str,
    *,
    with_diagonal: bool = False,
    colours: Sequence[str] = (MODEL, INCUMBENT),
) -> alt.LayerChart:
    """Draw curves of shares over shares, by name."""
    rows = [
        {"series": name, "x": x, "y": y}
        for name, curve in curves.items()
        for x, y in zip(curve.x, curve.y, strict=True)
    ]
    lines = (
        alt.Chart(data(rows))
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("x:Q", **percent(titles[0])),
            y=alt.Y("y:Q", **percent(titles[1])),
            color=coloured(list(curves), colours),
            tooltip=[
                "series:N",
                alt.Tooltip("x:Q", title=titles[0], format=".1%"),
                alt.Tooltip("y:Q", title=titles[1], format=".1%"),
            ],
        )
    )
    chance = [_diagonal(1.0)] if with_diagonal else []
    return framed(alt.layer(*chance, lines), about, 300)


def reliability_chart(bins: Sequence[Bin], titles: tuple[str, str], about: str) -> alt.LayerChart:
    """Draw the default rate over the mean PD by decile: on the diagonal both are the same."""
    rows = [
        {"pd": one.mean_pd, "rate": one.default_rate, "loans": one.loans, "decile": n}
        for n, one in enumerate(bins, start=1)
    ]
    reach = max([max(one.mean_pd, one.default_rate) for one in bins], default=0.0) * 1.05
    base = alt.Chart(data(rows)).encode(
        x=alt.X("pd:Q", **percent(titles[0])),
        y=alt.Y("rate:Q", **percent(titles[1])),
        tooltip=[
            "decile:O",
            alt.Tooltip("pd:Q", title=titles[0], format=".2%"),
            alt.Tooltip("rate:Q", title=titles[1], format=".2%"),
            alt.Tooltip("loans:Q", format=","),
        ],
    )
    line = base.mark_line(color=MODEL, strokeWidth=1.5)
    dots = base.mark_point(color=MODEL, filled=True, size=55, opacity=1)
    return framed(alt.layer(_diagonal(reach), line, dots), about, 300)


def calibration_chart(
    parts: Sequence[Slice], names: tuple[str, str], title: str, about: str
) -> alt.LayerChart:
    """Draw mean PD and default rate of parts, with what chance makes of the latter.

    The bar reaches over 1.96 standard errors of a share, of as many loans, around the mean PD.
    """
    rows = [
        {
            "part": one.name,
            "low": max(0.0, one.mean_pd - _chance(one)),
            "high": min(1.0, one.mean_pd + _chance(one)),
            "loans": one.loans,
            "defaults": one.defaults,
            names[0]: one.mean_pd,
            names[1]: one.default_rate,
        }
        for one in parts
    ]
    x = alt.X("part:N", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelLimit=120))
    base = alt.Chart(data(rows))
    bars = base.mark_bar(size=12, opacity=0.28, color=MODEL).encode(
        x=x, y=alt.Y("low:Q", **percent(title)), y2="high:Q"
    )
    marks = base.transform_fold(list(names), ["series", "value"]).encode(
        x=x,
        y=alt.Y("value:Q", **percent(title)),
        color=coloured(names, (MODEL, DECLINE)),
        tooltip=[
            "part:N",
            "series:N",
            alt.Tooltip("value:Q", format=".2%"),
            alt.Tooltip("loans:Q", format=","),
            alt.Tooltip("defaults:Q", format=","),
        ],
    )
    ticks = marks.transform_filter(alt.datum.series == names[0]).mark_tick(thickness=3, size=26)
    dots = marks.transform_filter(alt.datum.series == names[1]).mark_point(
        filled=True, size=70, opacity=1
    )
    return framed(alt.layer(bars, ticks, dots), about, 260)


def standings_chart(
    standings: Sequence[tuple[str, Interval]], leading: str, title: str, about: str
) -> alt.LayerChart:
    """Draw a figure of each candidate with its interval; the leading one stands out."""
    rows = [
        {
            "name": name,
            "value": of.value,
            "low": of.low,
            "high": of.high,
            "colour": MODEL if name == leading else INCUMBENT,
        }
        for name, of in standings
    ]
    names = [name for name, _ in standings]
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("name:N", title=None, sort=names, axis=alt.Axis(labelLimit=240, ticks=False)),
        color=alt.Color("colour:N", scale=None),
        tooltip=[
            "name:N",
            *(alt.Tooltip(f"{field}:Q", format=".3f") for field in ("value", "low", "high")),
        ],
    )
    scale = alt.Scale(zero=False)
    few = alt.Axis(tickCount=8)
    spans = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", title=title, scale=scale, axis=few), x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=alt.X("value:Q", title=title, scale=scale, axis=few)
    )
    return framed(alt.layer(spans, dots), about, 34 * max(len(rows), 1) + 40)


def shifts_chart(
    shifts: Sequence[Shift], names: tuple[str, str], title: str, about: str
) -> alt.LayerChart:
    """Draw how far the scores of each vintage are from validation, and what chance makes of it."""
    rows = [
        {
            "name": one.name,
            "psi": one.psi,
            "chance": one.chance,
            "series": names[0] if one.psi <= max(one.chance, SHIFTED) else names[1],
            "loans": one.loans,
        }
        for one in shifts
    ]
    base = alt.Chart(data(rows)).encode(
        x=alt.X("name:N", title=None, sort=None, axis=alt.Axis(labelAngle=0)),
        tooltip=[
            "name:N",
            alt.Tooltip("psi:Q", format=".4f"),
            alt.Tooltip("chance:Q", format=".4f"),
            alt.Tooltip("loans:Q", format=","),
        ],
    )
    bars = base.mark_bar(size=26).encode(
        y=alt.Y("psi:Q", title=title), color=coloured(names, (GOOD, WATCH))
    )
    ticks = base.mark_tick(thickness=2, size=40, color=INCUMBENT).encode(y="chance:Q")
    return framed(alt.layer(bars, ticks), about, 220)


def _chance(one: Slice) -> float:
    return 1.96 * (one.mean_pd * (1 - one.mean_pd) / max(one.loans, 1)) ** 0.5


def _diagonal(upto: float) -> alt.Chart:
    ends = data([{"x": 0.0, "y": 0.0}, {"x": upto, "y": upto}])
    line = alt.Chart(ends).mark_line(color=INCUMBENT, strokeDash=[4, 4], strokeWidth=1)
    return line.encode(x="x:Q", y="y:Q")
