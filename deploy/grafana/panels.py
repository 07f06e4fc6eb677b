"""Panels: what is to be seen, and the JSON by which Grafana draws it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Json = dict[str, Any]

# Grafana brings what is of an earlier schema up to its own when it loads it.
SCHEMA = 39
_COLUMNS, _HEIGHT = 24, 8
_SOURCE: Mapping[str, str] = {"type": "prometheus", "uid": "${source}"}


class Kind(StrEnum):
    """How Grafana draws it."""

    STAT = "stat"
    LINES = "timeseries"
    BARS = "bargauge"
    STATES = "state-timeline"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Query:
    """One question to Prometheus.

    Parameters
    ----------
    expr
        In PromQL.
    legend
        What each series is called; names in double braces are its labels.
    """

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One picture.

    Parameters
    ----------
    title, about
        What it shows, and what there is to know about it.
    queries
        What is asked for it.
    kind, unit, width
        How it is drawn: ``width`` in 24ths of the page, ``unit`` by Grafana's name.
    steps
        From which value on which colour stands; the first has none.
    words
        What is written in place of a number.
    """

    title: str
    queries: Sequence[Query]
    about: str = ""
    kind: Kind = Kind.LINES
    unit: str = "short"
    width: int = 12
    steps: Sequence[tuple[str, float | None]] = (("green", None),)
    words: Mapping[str, tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A page of panels, from left to right and from top to bottom.

    Parameters
    ----------
    name, title
        Of its file and address, and on the page.
    panels
        What is on it.
    span
        How far back it shows, as Grafana says it: ``now-6h``.
    """

    name: str
    title: str
    panels: Sequence[Panel]
    span: str = "now-6h"


def render(board: Board) -> Json:
    """Return a board as Grafana reads it."""
    return {
        "uid": f"risk-{board.name}",
        "title": board.title,
        "tags": ["risk-platform"],
        "schemaVersion": SCHEMA,
        "version": 1,
        "editable": False,
        "timezone": "utc",
        "refresh": "10s",
        "time": {"from": board.span, "to": "now"},
        "templating": {"list": [_source_variable()]},
        "links": [_other_boards()],
        "panels": list(_placed(board.panels)),
    }


def _placed(panels: Sequence[Panel]) -> Iterator[Json]:
    """Yield panels with their places, a new line where the last one is full."""
    x = y = 0
    for number, panel in enumerate(panels, start=1):
        if x + panel.width > _COLUMNS:
            x, y = 0, y + _HEIGHT
        place = {"x": x, "y": y, "w": panel.width, "h": _HEIGHT}
        yield {"id": number, "gridPos": place, **_drawn(panel)}
        x += panel.width


def _drawn(panel: Panel) -> Json:
    is_table = panel.kind is Kind.TABLE
    return {
        "type": panel.kind.value,
        "title": panel.title,
        "description": panel.about,
        "datasource": dict(_SOURCE),
        "targets": [
            {
                "refId": chr(ord("A") + number),
                "datasource": dict(_SOURCE),
                "expr": query.expr,
                "legendFormat": query.legend,
                "instant": is_table,
                "range": not is_table,
                "format": "table" if is_table else "time_series",
            }
            for number, query in enumerate(panel.queries)
        ],
        "fieldConfig": {"defaults": _field(panel), "overrides": []},
        "options": _OPTIONS[panel.kind],
    }


def _field(panel: Panel) -> Json:
    steps = [{"color": color, "value": value} for color, value in panel.steps]
    words = {
        value: {"text": text, "color": color, "index": index}
        for index, (value, (text, color)) in enumerate((panel.words or {}).items())
    }
    return {
        "unit": panel.unit,
        "thresholds": {"mode": "absolute", "steps": steps},
        "color": {"mode": "thresholds" if panel.kind is not Kind.LINES else "palette-classic"},
        "mappings": [{"type": "value", "options": words}] if words else [],
    }


_LAST: Json = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_OPTIONS: Mapping[Kind, Json] = {
    Kind.STAT: {"reduceOptions": _LAST, "colorMode": "background", "graphMode": "none"},
    Kind.LINES: {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    Kind.BARS: {"reduceOptions": _LAST, "orientation": "horizontal", "displayMode": "basic"},
    Kind.STATES: {"mergeValues": True, "showValue": "auto", "rowHeight": 0.9},
    Kind.TABLE: {"showHeader": True},
}


def _source_variable() -> Json:
    return {"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}


def _other_boards() -> Json:
    return {
        "type": "dashboards",
        "title": "risk_platform",
        "tags": ["risk-platform"],
        "asDropdown": True,
        "includeVars": True,
        "keepTime": True,
        "icon": "external link",
        "targetBlank": False,
        "tooltip": "",
    }
