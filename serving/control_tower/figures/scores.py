"""Charts of one score, and of many: where it stands, what took points, how points are spread."""

from collections import Counter
from collections.abc import Mapping, Sequence

import altair as alt

from serving.control_tower.figures.theme import (
    ACCENT,
    APPROVE,
    DECLINE,
    INK,
    REFER,
    VERDICTS,
    coloured,
    data,
    framed,
)

_LOWEST, _HIGHEST, _STEP = 440, 680, 5
# Between the legend and the bar the score is written.
_ABOVE = 40


def ladder_chart(
    points: int, policy: tuple[int, int], names: Mapping[str, str], about: str
) -> alt.LayerChart:
    """Draw where a score stands between declined, referred and approved.

    Parameters
    ----------
    points
        The score.
    policy
        From where on is approved, and below where declined.
    names
        Verdict to what it is called.
    about
        What it shows, in words.
    """
    approve_from, decline_below = policy
    low, high = min(_LOWEST, points - 10), max(_HIGHEST, points + 10)
    rows = [
        {"from": low, "to": decline_below, "series": names["decline"]},
        {"from": decline_below, "to": approve_from, "series": names["refer"]},
        {"from": approve_from, "to": high, "series": names["approve"]},
    ]
    bands = (
        alt.Chart(data(rows))
        .mark_bar(height=16, opacity=0.75)
        .encode(
            x=alt.X("from:Q", title=None, scale=alt.Scale(domain=[low, high], nice=False)),
            x2="to:Q",
            color=coloured(
                [names[one] for one in ("decline", "refer", "approve")],
                (DECLINE, REFER, APPROVE),
                _ABOVE,
            ),
            tooltip=["series:N", "from:Q", "to:Q"],
        )
    )
    at = alt.Chart(data([{"points": points, "label": str(points)}]))
    mark = at.mark_point(shape="triangle-down", size=160, filled=True, yOffset=-18, color=ACCENT)
    label = at.mark_text(align="left", dx=10, dy=-18, fontSize=15, fontWeight="bold", color=ACCENT)
    return framed(
        alt.layer(bands, mark.encode(x="points:Q"), label.encode(x="points:Q", text="label:N")),
        about,
        130,
    )


def reasons_chart(reasons: Sequence[tuple[str, float]], title: str, about: str) -> alt.LayerChart:
    """Draw how many points each reason took, the most first."""
    rows = [{"reason": text, "points": round(points, 1)} for text, points in reasons]
    longest = max((points for _, points in reasons), default=1.0)
    base = alt.Chart(data(rows)).encode(
        y=alt.Y(
            "reason:N",
            title=None,
            sort=[text for text, _ in reasons],
            axis=alt.Axis(labelLimit=330, labelOverlap=False, ticks=False, domain=False),
        ),
        x=alt.X("points:Q", title=title, scale=alt.Scale(domain=[0, longest * 1.1])),
        tooltip=["reason:N", alt.Tooltip("points:Q", title=title)],
    )
    bars = base.mark_bar(color=DECLINE, height=16)
    labels = base.mark_text(align="left", dx=4, color=INK).encode(
        text=alt.Text("points:Q", format=",.1f")
    )
    return framed(alt.layer(bars, labels), about, 34 * max(len(rows), 1) + 40)


def points_chart(
    scored: Sequence[tuple[int, str]], names: Mapping[str, str], titles: tuple[str, str]
) -> alt.Chart:
    """Draw how points are spread, by what became of the applications.

    Parameters
    ----------
    scored
        Points and verdict of each.
    names
        Verdict to what it is called.
    titles
        Of points, and of how many.
    """
    counted = Counter((points // _STEP * _STEP, verdict) for points, verdict in scored)
    rows = [
        {"points": at, "to": at + _STEP, "series": names[verdict], "applications": count}
        for (at, verdict), count in sorted(counted.items())
    ]
    chart = (
        alt.Chart(data(rows))
        .mark_bar()
        .encode(
            x=alt.X("points:Q", bin="binned", title=titles[0]),
            x2="to:Q",
            y=alt.Y("applications:Q", title=titles[1], axis=alt.Axis(tickMinStep=1)),
            color=coloured([names[one] for one in VERDICTS], list(VERDICTS.values())),
            tooltip=["series:N", "points:Q", "applications:Q"],
        )
    )
    return framed(chart, f"{titles[1]} / {titles[0]}", 210)
