"""Charts of policies: what approving more brings, and costs."""

from collections.abc import Callable, Sequence

import altair as alt

from serving.control_tower.figures.theme import (
    ACCENT,
    INCUMBENT,
    MODEL,
    coloured,
    data,
    framed,
    percent,
)
from serving.control_tower.sources.views import CutOff, Interval

Of = Callable[[CutOff], Interval | None]


def frontier_chart(
    cut_offs: Sequence[CutOff],
    ways: tuple[tuple[str, Of], tuple[str, Of]],
    titles: tuple[str, str],
    marked: Sequence[tuple[str, CutOff]],
    *,
    as_share: bool = False,
) -> alt.LayerChart:
    """Draw a figure over the share that is approved, by the model and by the sub-grade.

    Parameters
    ----------
    cut_offs
        By volume.
    ways
        The model and the sub-grade: what each is called, and which figure of a cut-off is its.
        The model's interval at 95 % is drawn too.
    titles
        Of the share approved, and of the figure.
    marked
        Cut-offs that are marked on the model's line, with what each is called.
    as_share
        Whether the figure is a share.
    """
    rows = [
        {
            "series": name,
            "approved": one.share,
            "points": one.points,
            "value": figure.value,
            "low": figure.low,
            "high": figure.high,
        }
        for name, of in ways
        for one in cut_offs
        if (figure := of(one)) is not None
    ]
    axis = percent(titles[1]) if as_share else {"axis": alt.Axis(title=titles[1], format="~s")}
    x = alt.X("approved:Q", **percent(titles[0], from_zero=False))
    y = alt.Y("value:Q", **axis)
    names = [name for name, _ in ways]
    base = alt.Chart(data(rows)).encode(x=x)
    band = (
        base.transform_filter(alt.datum.series == names[0])
        .mark_area(opacity=0.18, color=MODEL)
        .encode(y=alt.Y("low:Q", **axis), y2="high:Q")
    )
    lines = base.mark_line(strokeWidth=2).encode(
        y=y,
        color=coloured(names, (MODEL, INCUMBENT)),
        tooltip=_told(titles, ".2%" if as_share else ",.0f"),
    )
    layers = alt.layer(band, lines, *_marks(marked, ways[0][1], x, y))
    return framed(layers, f"{titles[1]} / {titles[0]}", 260)


def _told(titles: tuple[str, str], shape: str) -> list[str | alt.Tooltip]:
    return [
        "series:N",
        "points:Q",
        alt.Tooltip("approved:Q", title=titles[0], format=".1%"),
        alt.Tooltip("value:Q", title=titles[1], format=shape),
        alt.Tooltip("low:Q", format=shape),
        alt.Tooltip("high:Q", format=shape),
    ]


def _marks(marked: Sequence[tuple[str, CutOff]], of: Of, x: alt.X, y: alt.Y) -> Sequence[alt.Chart]:
    rows = [
        {"label": f"{name} {one.points}", "approved": one.share, "value": figure.value}
        for name, one in marked
        if (figure := of(one)) is not None
    ]
    base = alt.Chart(data(rows)).encode(x=x, y=y)
    return (
        base.mark_point(size=90, filled=True, color=ACCENT, opacity=1).encode(tooltip="label:N"),
        base.mark_text(align="right", dx=-8, dy=-8, color=ACCENT, fontSize=12).encode(
            text="label:N"
        ),
    )
