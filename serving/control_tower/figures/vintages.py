"""Charts of what became of loans: by vintage, by segment, and in money."""

from collections.abc import Sequence

import altair as alt

from serving.control_tower.figures.theme import (
    INCUMBENT,
    MODEL,
    SERIES,
    coloured,
    data,
    framed,
    percent,
)
from serving.control_tower.sources.views import LossRow, Slice, VintageCurve

# More lines than that nobody tells apart; of the older ones every so many is left out.
MOST_LINES = 12
FEWEST_LOANS = 200


def shown_vintages(curves: Sequence[VintageCurve], most: int = MOST_LINES) -> list[VintageCurve]:
    """Return the vintages that are drawn: the newest, and some of the others at even distances.

    Those of few loans are left out where there are others: their curves are steps.
    """
    known = [one for one in curves if one.months_observed > 0]
    drawn = [one for one in known if one.loans >= FEWEST_LOANS] or known
    if len(drawn) <= most:
        return list(drawn)
    newest, older = drawn[-most // 2 :], drawn[: -most // 2]
    step = len(older) / (most - len(newest))
    return [older[int(at * step)] for at in range(most - len(newest))] + list(newest)


def vintage_chart(
    curves: Sequence[VintageCurve],
    horizon: int,
    titles: tuple[str, str],
    kinds: tuple[str, str],
    about: str,
) -> alt.LayerChart:
    """Draw which share had defaulted by each month on book; young vintages are dashed.

    Parameters
    ----------
    curves
        Those to draw.
    horizon
        From which month on a vintage is mature; it is marked.
    titles
        Of months, and of shares.
    kinds
        What mature and young vintages are called.
    about
        What it shows, in words.
    """
    rows = [
        {
            "series": one.name,
            "kind": kinds[0] if one.is_mature else kinds[1],
            "month": month,
            "share": share,
            "loans": one.loans,
        }
        for one in curves
        for month, share in enumerate(one.defaulted, start=1)
    ]
    lines = alt.Chart(data(rows)).mark_line(strokeWidth=1.8)
    encoded = lines.encode(
        x=alt.X("month:Q", title=titles[0], axis=alt.Axis(tickMinStep=1, grid=False)),
        y=alt.Y("share:Q", **percent(titles[1])),
        color=_by_vintage(len(curves)),
        strokeDash=alt.StrokeDash(
            "kind:N",
            title=None,
            scale=alt.Scale(domain=list(kinds), range=[[1, 0], [5, 4]]),
            legend=alt.Legend(orient="top"),
        ),
        tooltip=[
            "series:N",
            "kind:N",
            alt.Tooltip("month:Q", title=titles[0]),
            alt.Tooltip("share:Q", title=titles[1], format=".2%"),
            alt.Tooltip("loans:Q", format=","),
        ],
    )
    mark = alt.Chart(data([{"month": horizon}])).mark_rule(color=INCUMBENT, strokeDash=[2, 3])
    return framed(alt.layer(encoded, mark.encode(x="month:Q")), about, 320)


def _by_vintage(many: int) -> alt.Color:
    """Return colours that tell a few apart, and show the order of many."""
    in_order = alt.SchemeParams(name="viridis", extent=[0.05, 0.85])
    scale = alt.Scale(scheme=in_order) if many > len(SERIES) else alt.Scale(range=list(SERIES))
    legend = alt.Legend(orient="right", symbolLimit=MOST_LINES)
    return alt.Color("series:N", title=None, scale=scale, legend=legend)


def expectation_chart(
    parts: Sequence[Slice], names: tuple[str, str], title: str, about: str
) -> alt.Chart:
    """Draw what was expected of parts of the loans, and what came: mean PD and default rate."""
    rows = [
        {
            "part": one.name,
            "series": name,
            "value": value,
            "loans": one.loans,
            "defaults": one.defaults,
        }
        for one in parts
        for name, value in zip(names, (one.mean_pd, one.default_rate), strict=True)
    ]
    chart = (
        alt.Chart(data(rows))
        .mark_bar(height=11)
        .encode(
            y=alt.Y(
                "part:N",
                title=None,
                sort=None,
                axis=alt.Axis(labelLimit=300, labelOverlap=False, ticks=False, domain=False),
            ),
            yOffset=alt.YOffset("series:N", sort=list(names)),
            x=alt.X("value:Q", **percent(title)),
            color=coloured(names, (MODEL, INCUMBENT)),
            tooltip=[
                "part:N",
                "series:N",
                alt.Tooltip("value:Q", format=".2%"),
                alt.Tooltip("loans:Q", format=","),
                alt.Tooltip("defaults:Q", format=","),
            ],
        )
    )
    return framed(chart, about, 44 * max(len(parts), 1) + 100)


def losses_chart(
    rows_of: Sequence[LossRow], names: tuple[str, str], title: str, about: str
) -> alt.Chart:
    """Draw the expected loss beside the realised, by grade."""
    rows = [
        {"grade": one.name, "series": name, "usd": value, "loans": one.loans}
        for one in rows_of
        for name, value in zip(names, (one.expected, one.realised), strict=True)
    ]
    chart = (
        alt.Chart(data(rows))
        .mark_bar()
        .encode(
            x=alt.X("grade:N", title=None, axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("series:N", sort=list(names)),
            y=alt.Y("usd:Q", title=title, axis=alt.Axis(format="~s")),
            color=coloured(names, (MODEL, INCUMBENT)),
            tooltip=[
                "grade:N",
                "series:N",
                alt.Tooltip("usd:Q", title=title, format=",.0f"),
                alt.Tooltip("loans:Q", format=","),
            ],
        )
    )
    return framed(chart, about, 240)
