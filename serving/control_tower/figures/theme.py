"""What all charts share: colours that tell on light and on dark, and how a chart is framed.

Nobody has to see a colour to read a chart: whatever one tells stands in words beside it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

# Told apart by who sees no red or no green, too (after Okabe and Ito).
MODEL, INCUMBENT, ACCENT = "#4477aa", "#8b8f98", "#9468bd"
APPROVE, REFER, DECLINE = "#228b74", "#c98a1b", "#c4523f"
GOOD, WATCH, BAD, UNKNOWN = APPROVE, REFER, DECLINE, INCUMBENT
LIGHTS = {"green": GOOD, "amber": WATCH, "red": BAD, "insufficient": UNKNOWN}
VERDICTS = {"approve": APPROVE, "refer": REFER, "decline": DECLINE}
# Words in a chart, on light and on dark.
INK = "#7b7f88"
SERIES = (MODEL, "#cc7a29", APPROVE, ACCENT, DECLINE, "#3f8fb5", "#a08a2c", INCUMBENT)

Row = Mapping[str, Any]


def data(rows: Sequence[Row]) -> alt.Data:
    """Return rows as a chart takes them."""
    return alt.Data(values=[dict(row) for row in rows])


def framed(chart: Any, about: str, height: int = 240) -> Any:  # noqa: ANN401 - any kind of chart
    """Return a chart of a height, with what it shows for those who cannot see it."""
    return chart.properties(height=height, description=about)


def percent(title: str, *, from_zero: bool = True) -> Mapping[str, Any]:
    """Return how an axis of shares is drawn."""
    return {
        "axis": alt.Axis(format="~%", title=title, grid=True),
        "scale": alt.Scale(zero=from_zero),
    }


def coloured(names: Sequence[str], colours: Sequence[str], above: int | None = None) -> alt.Color:
    """Return the colours of a field ``series``, by name, with their legend above the chart.

    A single one needs none: the axis says what it is. ``above`` is by how many pixels, where the
    chart has something to say between.
    """
    offset = alt.Undefined if above is None else above
    legend = alt.Legend(orient="top", direction="horizontal", labelLimit=320, offset=offset)
    return alt.Color(
        "series:N",
        title=None,
        sort=list(names),
        scale=alt.Scale(domain=list(names), range=list(colours)),
        legend=legend if len(names) > 1 else None,
    )
