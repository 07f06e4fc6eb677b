"""The chart of drills: how long each black swan went unnoticed."""

from collections.abc import Sequence

import altair as alt

from serving.control_tower.figures.theme import BAD, GOOD, INK, UNKNOWN, coloured, data, framed
from serving.control_tower.sources.views import Drill, Recovery

# What the platform calls the outcomes in which it did not do what it is for.
FAILED = ("not detected", "false alarm")
SKIPPED = "skipped"
# Of a hundred ordinary applications after a resume one may fail on a busy machine.
_AS_BEFORE = 0.99
# The scale is closer to logarithms the longer it took.
_MARKED_SECONDS = (0, 1, 5, 20, 60, 300, 1_200)
# Vega's, as it writes numbers in the reader's language.
_IN_SECONDS = "(datum.seconds < 0.05 ? '< ' : '') + format(max(datum.seconds, 0.1), ',.1f') + ' s'"


def has_failed(drill: Drill) -> bool:
    """Whether the platform did not do what it is for."""
    recovery = drill.observed.recovery
    return drill.verdict in FAILED or (recovery is not None and not is_well(recovery))


def is_well(recovery: Recovery) -> bool:
    """Whether ordinary applications were decided as before."""
    enough = _AS_BEFORE * recovery.ordinary.sent
    return not recovery.is_stopped_again and recovery.ordinary.decided >= enough > 0


def league_chart(
    drills: Sequence[Drill], names: tuple[str, str, str], title: str
) -> alt.LayerChart:
    """Draw the seconds until each scenario was known; ``names`` are of passed, failed, skipped."""
    rows = [
        {
            "scenario": one.scenario,
            "seconds": max(one.seconds, 0.01) if one.seconds is not None else None,
            "series": names[2 if one.verdict == SKIPPED else 1 if has_failed(one) else 0],
            "sentence": one.sentence[:160],
        }
        for one in drills
    ]
    base = alt.Chart(data([row for row in rows if row["seconds"] is not None])).encode(
        y=alt.Y("scenario:N", title=None, sort=None, axis=alt.Axis(labelLimit=220, ticks=False)),
        x=alt.X(
            "seconds:Q",
            title=title,
            scale=alt.Scale(type="symlog"),
            axis=alt.Axis(values=_MARKED_SECONDS),
        ),
        tooltip=[
            "scenario:N",
            "series:N",
            alt.Tooltip("seconds:Q", title=title, format=",.2f"),
            "sentence:N",
        ],
    )
    bars = base.mark_bar(height=14).encode(color=coloured(names, (GOOD, BAD, UNKNOWN)))
    written = base.transform_calculate(label=_IN_SECONDS)
    labels = written.mark_text(align="left", dx=4, color=INK).encode(text="label:N")
    return framed(alt.layer(bars, labels), title, 26 * max(len(rows), 1) + 70)
