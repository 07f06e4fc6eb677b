"""Alerts: each is tried by Prometheus' own tool, and tells a person where to read on."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.grafana.boards import BOARDS
from risk_platform_tests.deploy.programs import PROMETHEUS, ROOT, judged
from serving.problems import PROBLEM_TYPES

RULES = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())
ALERTS: Mapping[str, Mapping[str, Any]] = {
    rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]
}
TESTS = sorted(PROMETHEUS.glob("*_test.yml"))
CASES = [case for file in TESTS for case in yaml.safe_load(file.read_text())["tests"]]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
SECTION = re.compile(r"^### (\w+)\n\n(.+?)(?=^#)", re.MULTILINE | re.DOTALL)


def test_the_configuration_is_one_that_prometheus_takes(tmp_path: Path) -> None:
    """With its rules; the key is a file that a container mounts."""
    key = tmp_path / "key"
    key.write_text("risk_1_2")
    for name in ("prometheus.yml", "alerts.yml"):
        text = (PROMETHEUS / name).read_text().replace("/run/secrets/prometheus_key", str(key))
        (tmp_path / name).write_text(text)
    said = judged("promtool", "check", "config", tmp_path / "prometheus.yml")
    assert f"{len(ALERTS)} rules found" in said


def test_alerts_come_when_they_should_and_not_otherwise() -> None:
    """By their unit tests."""
    judged("promtool", "test", "rules", *TESTS)


@pytest.mark.parametrize("name", ALERTS)
def test_each_alert_is_tried_both_ways(name: str) -> None:
    """It comes in one case, and stays away in another."""
    tried = [
        bool(one["exp_alerts"])
        for case in CASES
        for one in case["alert_rule_test"]
        if one["alertname"] == name
    ]
    assert sorted(set(tried)) == [False, True]


@pytest.mark.parametrize("name", ALERTS)
def test_each_alert_says_how_urgent_it_is_and_where_to_read_on(name: str) -> None:
    """The runbook has a section of its name."""
    rule = ALERTS[name]
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["runbook"] == f"docs/runbook.md#{name.lower()}"
    sections = dict(SECTION.findall(RUNBOOK))
    assert len(sections[name]) > 100


def test_refusals_are_counted_by_types_that_there_are() -> None:
    """In rules and on boards: one that is misspelt would never come."""
    asked = [rule["expr"] for rule in ALERTS.values()]
    asked += [query.expr for board in BOARDS for panel in board.panels for query in panel.queries]
    named = {
        name
        for expr in asked
        for names in re.findall(r'risk_problems_total\{type=~"([^"]+)"', expr)
        for name in names.split("|")
    }
    assert "internal-error" in named
    assert named <= {one.name for one in PROBLEM_TYPES}


def test_the_runbook_tells_of_no_alert_that_is_none() -> None:
    """What was taken out of the rules is taken out there."""
    alerts = RUNBOOK.partition("## Alerts\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^### (\w+)$", alerts, re.MULTILINE)) == set(ALERTS)
