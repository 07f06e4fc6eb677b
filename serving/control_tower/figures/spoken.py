"""Spoken: a chart in the reader's language: its numbers, its months, and names in its tooltips."""

from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt

from serving.control_tower.language import MONTHS, Language, Speech
from serving.control_tower.texts import charts

_DAYS = {
    Language.ENGLISH: "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
    Language.SPANISH: "domingo lunes martes miércoles jueves viernes sábado",
}
_SHORT = 3
_DARK_INK = "#4a4e57"


def spoken(chart: Any, say: Speech, *, on_light: bool) -> Any:  # noqa: ANN401 - any kind of chart
    """Return a chart as its reader writes numbers and months, its tooltips in words.

    Parameters
    ----------
    chart
        Any.
    say
        How the reader's language says things.
    on_light
        Whether it stands on a light page, on which Streamlit's own grey is too faint to read.
    """
    for layer in _layers(chart):
        for told in _tooltips(layer):
            name = str(told["shorthand"]).partition(":")[0]
            if told["title"] is alt.Undefined and name in charts.FIELDS:
                told["title"] = say(charts.FIELDS[name])
    ink = {"labelColor": _DARK_INK, "titleColor": _DARK_INK} if on_light else {}
    # A label at the end of an axis stands below its own tick, not beside the one before.
    axis = {"labelFlush": False, **ink}
    return chart.configure(locale=_locale(say), axis=axis, legend=ink)


def _layers(chart: Any) -> Iterator[Any]:  # noqa: ANN401
    for one in getattr(chart, "layer", ()):
        yield from _layers(one)
    if chart.encoding is not alt.Undefined:
        yield chart


def _tooltips(layer: Any) -> Iterator[Any]:  # noqa: ANN401
    found = layer.encoding.tooltip
    if found is not alt.Undefined:
        yield from found if isinstance(found, list) else [found]


def _locale(say: Speech) -> Mapping[str, object]:
    """Return how d3, which writes what stands in charts, writes it in a language."""
    days, months = _DAYS[say.language].split(), MONTHS[say.language].split()
    return {
        "number": {
            "decimal": say.swapped("."),
            "thousands": say.swapped(","),
            "grouping": [3],
            "currency": ["", "\u00a0USD"],
            "percent": "\u00a0%",
        },
        "time": {
            "dateTime": "%d %b %Y %H:%M:%S",
            "date": "%d %b %Y",
            "time": "%H:%M:%S",
            "periods": ["AM", "PM"],
            "days": days,
            "shortDays": [day[:_SHORT] for day in days],
            "months": months,
            "shortMonths": [month[:_SHORT] for month in months],
        },
    }
