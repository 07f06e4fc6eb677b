"""Charts of drift: its history, and how far each input is."""

from collections.abc import Mapping, Sequence

import altair as alt

from risk_platform.handover.clock import iso_of
from risk_platform.handover.drift import DriftVerdict
from serving.control_tower.figures.theme import BAD, LIGHTS, coloured, data, framed, percent
from serving.control_tower.sources.views import DriftFinding

MOST_INPUTS = 15


def history_chart(
    verdicts: Sequence[DriftVerdict], names: Mapping[str, str], titles: tuple[str, str]
) -> alt.LayerChart:
    """Draw the share of drifted inputs of each verdict, coloured by its light, and the limit.

    Parameters
    ----------
    verdicts
        In any order.
    names
        Light to what it is called.
    titles
        Of the share, and of the limit.
    """
    rows = [
        {
            "at": iso_of(one.at_us),
            "share": one.share,
            "limit": one.threshold,
            "series": names[str(one.light)],
            "decisions": one.decisions,
            "sentence": one.sentence[:160],
        }
        for one in verdicts
    ]
    base = alt.Chart(data(rows)).encode(
        x=alt.X(
            "at:T",
            title="UTC",
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(grid=False, format="%d %b %H:%M", labelOverlap=True, tickCount=8),
        )
    )
    dots = base.mark_point(filled=True, size=90, opacity=0.95).encode(
        y=alt.Y("share:Q", **percent(titles[0])),
        color=coloured(list(names.values()), [LIGHTS[light] for light in names]),
        shape=alt.Shape("series:N", sort=list(names.values()), legend=None),
        tooltip=[
            "series:N",
            alt.Tooltip("utcyearmonthdatehoursminutes(at):T", title="UTC"),
            alt.Tooltip("share:Q", title=titles[0], format=".1%"),
            alt.Tooltip("decisions:Q", format=","),
            "sentence:N",
        ],
    )
    limit = base.mark_line(color=BAD, strokeDash=[4, 3], strokeWidth=1).encode(
        y="limit:Q", tooltip=alt.Tooltip("limit:Q", title=titles[1], format=".1%")
    )
    return framed(alt.layer(limit, dots), titles[0], 250)


def farthest(findings: Sequence[DriftFinding], most: int = MOST_INPUTS) -> list[DriftFinding]:
    """Return the signals that are farthest off, those that are confirmed and suspected first."""
    ordered = sorted(
        findings,
        key=lambda of: (not of.is_confirmed, not of.is_suspected, -reach(of)),
    )
    return ordered[:most]


def reach(of: DriftFinding) -> float:
    """Return how far a signal is: its KS, or its PSI where it has no order."""
    return of.distance.psi if of.distance.ks is None else of.distance.ks


def inputs_chart(
    findings: Sequence[DriftFinding],
    names: tuple[str, str, str],
    aspects: Mapping[str, str],
    titles: tuple[str, str],
) -> alt.Chart:
    """Draw how far each signal is, by what became of it.

    Parameters
    ----------
    findings
        In the order of the bars.
    names
        What confirmed, suspected and other signals are called.
    aspects
        Aspect to what it is called.
    titles
        Of the distance, and of the chart.
    """
    rows = [
        {
            "input": f"{of.signal.input} ({aspects.get(of.signal.aspect, of.signal.aspect)})",
            "distance": reach(of),
            "psi": of.distance.psi,
            "series": names[0 if of.is_confirmed else 1 if of.is_suspected else 2],
        }
        for of in findings
    ]
    chart = (
        alt.Chart(data(rows))
        .mark_bar(height=12)
        .encode(
            y=alt.Y(
                "input:N",
                title=None,
                sort=[str(row["input"]) for row in rows],
                axis=alt.Axis(labelLimit=300, labelOverlap=False, ticks=False),
            ),
            x=alt.X("distance:Q", title=titles[0], axis=alt.Axis(tickCount=6)),
            color=coloured(names, (LIGHTS["red"], LIGHTS["amber"], LIGHTS["insufficient"])),
            tooltip=[
                "input:N",
                "series:N",
                alt.Tooltip("distance:Q", format=".3f"),
                alt.Tooltip("psi:Q", title="PSI", format=".3f"),
            ],
        )
    )
    return framed(chart, titles[1], 22 * max(len(rows), 1) + 70)
