"""Dashboards: what is committed is what the code says, by Grafana's schema."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana.__main__ import FOLDER, text_of
from deploy.grafana.boards import BOARDS
from deploy.grafana.panels import Board, Kind, Query, render
from risk_platform_tests.deploy.programs import DEPLOY, PROMETHEUS, judged

KINDS = {"timeseries", "stat", "bargauge", "state-timeline", "table"}


def name_of(board: Board) -> str:
    """Name a board."""
    return board.name


def queries(board: Board) -> list[Query]:
    """Return all that a board asks."""
    return [query for panel in board.panels for query in panel.queries]


@pytest.mark.parametrize("board", BOARDS, ids=name_of)
def test_what_is_committed_is_what_the_code_says(board: Board) -> None:
    """``python -m deploy.grafana`` writes it anew."""
    assert (FOLDER / f"{board.name}.json").read_text() == text_of(board)


def test_no_file_is_left_over() -> None:
    """Each has its board."""
    assert {file.stem for file in FOLDER.glob("*.json")} == {board.name for board in BOARDS}


def unknown(told: Any, kept: Any, path: str = "") -> list[str]:
    """Return the places of what Grafana's own classes do not keep, as they know no such field."""
    if isinstance(told, dict):
        return [
            place
            for name, value in told.items()
            for place in (
                unknown(value, kept[name], f"{path}/{name}")
                if isinstance(kept, dict) and name in kept
                else [f"{path}/{name}"]
            )
        ]
    if isinstance(told, list) and isinstance(kept, list) and len(told) == len(kept):
        pairs = enumerate(zip(told, kept, strict=True))
        return [place for n, (one, other) in pairs for place in unknown(one, other, f"{path}/{n}")]
    return [] if told == kept else [path]


def kept_by_grafana(board: dict[str, Any]) -> Any:
    """Return what the classes that Grafana makes of its schema keep of a board."""
    return json.loads(JSONEncoder(sort_keys=True).encode(Dashboard.from_json(board)))


@pytest.mark.parametrize("board", BOARDS, ids=name_of)
def test_grafana_knows_every_field(board: Board) -> None:
    """Read by the classes that Grafana makes of its schema, and written again, all is there."""
    told = render(board)
    assert unknown(told, kept_by_grafana(told)) == []


def test_a_field_that_grafana_does_not_know_is_found() -> None:
    """The red control: the comparison is more than a wish."""
    told = render(BOARDS[0])
    told["panels"][0]["fieldConfig"]["defaults"]["colour"] = "red"
    assert unknown(told, kept_by_grafana(told)) == ["/panels/0/fieldConfig/defaults/colour"]


@pytest.mark.parametrize("board", BOARDS, ids=name_of)
def test_panels_lie_beside_one_another(board: Board) -> None:
    """None covers another, none sticks out, and each has a number of its own."""
    panels = render(board)["panels"]
    taken = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert {panel["type"] for panel in panels} <= KINDS == {kind.value for kind in Kind}


@pytest.mark.parametrize("board", BOARDS, ids=name_of)
def test_prometheus_understands_every_question(board: Board, tmp_path: Path) -> None:
    """Read as rules by its own tool."""
    rules = [
        {"record": f"asked:{number}", "expr": query.expr}
        for number, query in enumerate(queries(board))
    ]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": board.name, "rules": rules}]}))
    judged("promtool", "check", "rules", file)


def test_grafana_finds_its_boards_and_prometheus() -> None:
    """Where compose.yaml mounts them, and as it calls that."""
    composed = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    provisioning = DEPLOY / "grafana" / "provisioning"
    (provider,) = yaml.safe_load((provisioning / "dashboards/risk.yaml").read_text())["providers"]
    (source,) = yaml.safe_load((provisioning / "datasources/prometheus.yaml").read_text())[
        "datasources"
    ]
    mounts = dict(one.split(":")[:2] for one in composed["grafana"]["volumes"])
    assert mounts["./grafana/dashboards"] == provider["options"]["path"]
    assert source["url"] == "http://prometheus:9090"
    asked = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())["scrape_configs"]
    hosts = {job["static_configs"][0]["targets"][0].partition(":")[0] for job in asked}
    assert hosts <= {*composed, "localhost"}
