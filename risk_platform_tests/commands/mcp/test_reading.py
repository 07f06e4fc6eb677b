"""Reading tools: the service's own numbers, by one door for all, and every call on record."""

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.commands.mcp.conftest import Assistant, Desk, assistant_of

GOOD, BAD = dict(EXAMPLES["good"]), dict(EXAMPLES["bad"])
# What starting must not wait for.
HEAVY = {"dagster", "pyspark", "mlflow", "lightgbm", "numpy", "pandas", "sqlalchemy", "fastapi"}


def test_what_is_offered_says_what_it_does(assistant: Assistant) -> None:
    """A client can tell tools that look from those that decide or move the gate."""
    tools = assistant.tools
    looks = {name for name, tool in tools.items() if tool.annotations.read_only_hint}  # pyright: ignore[reportOptionalMemberAccess]
    moves = {name for name, tool in tools.items() if tool.annotations.destructive_hint}  # pyright: ignore[reportOptionalMemberAccess]
    assert looks == {"explain_decision", "drift_status", "model_card", "serving_state"}
    assert moves == {"stop_scoring", "ask_for_resume"}
    assert set(tools) - looks - moves == {"score", "what_if"}
    assert all(tool.description for tool in tools.values())


def test_a_score_is_a_decision_of_the_log(assistant: Assistant, desk: Desk) -> None:
    """Nothing that an assistant is told is off the record."""
    told = assistant.call("score", application=BAD)
    logged = desk.asked(f"/decisions/{told['decision_id']}")
    assert logged["answer"] == told
    assert logged["key_id"] == desk.reader.split("_")[1]
    assert told["reasons"]


def test_what_if_compares_decisions_of_the_log(assistant: Assistant, desk: Desk) -> None:
    """Each variant is decided by the service; a better credit score gets more points."""
    told = assistant.call(
        "what_if",
        application=BAD,
        changes=[{"fico_range_low": 800, "fico_range_high": 804}, {"dti": None}],
    )
    better, _ = told["variants"]
    assert better["points"] - told["as_it_is"]["points"] == better["more_points"] > 0
    assert better["changes"] == {"fico_range_low": 800, "fico_range_high": 804}
    for one in (told["as_it_is"], *told["variants"]):
        logged = desk.asked(f"/decisions/{one['decision_id']}")["answer"]
        assert {name: logged[name] for name in ("pd", "points", "verdict")} == {
            name: one[name] for name in ("pd", "points", "verdict")
        }


def test_a_decision_is_explained_and_comes_out_again(assistant: Assistant) -> None:
    """By its reasons in the log, and a replay."""
    told = assistant.call("score", application=BAD)
    explained = assistant.call("explain_decision", decision_id=told["decision_id"])
    assert explained["decision"]["answer"]["reasons"] == told["reasons"]
    assert explained["replay"]["is_same"]


@pytest.mark.parametrize(
    ("tool", "path"),
    [("drift_status", "/drift-status"), ("model_card", "/model")],
)
def test_what_is_told_is_what_the_service_says(
    assistant: Assistant, desk: Desk, tool: str, path: str
) -> None:
    """To the letter: no number is of our own making."""
    assert assistant.call(tool) == desk.asked(path)


def test_the_state_is_told(assistant: Assistant) -> None:
    """Whether scoring runs."""
    assert assistant.call("serving_state")["state"] == "running"


def test_a_refusal_is_told_with_its_places(assistant: Assistant) -> None:
    """An assistant can mend what it sent."""
    said = assistant.refused("score", application={"dti": "lots", "shoe_size": 43})
    assert "The JSON is no application" in said
    assert "/dti: " in said
    assert "/shoe_size: " in said


@pytest.mark.parametrize("name", ["../model", "", "a b", "x" * 40])
def test_an_id_is_no_way_to_another_door(assistant: Assistant, name: str) -> None:
    """What an assistant makes up stays one part of a path."""
    assert "hexadecimal" in assistant.refused("explain_decision", decision_id=name)


def test_a_service_that_is_away_is_told_of(desk: Desk, tmp_path: Path) -> None:
    """With what to do, and no traceback."""
    away = assistant_of(desk, tmp_path, api_port="1")
    said = away.refused("serving_state")
    assert "does not answer at http://127.0.0.1:1" in said
    assert "risk-platform up" in said
    assert away.calls[-1]["outcome"] == "refused: unreachable"


def test_a_key_that_opens_nothing_is_told_of(desk: Desk, tmp_path: Path) -> None:
    """It is not shown."""
    stranger = assistant_of(desk, tmp_path, mcp_key="risk_0123456789ab_secret")
    said = stranger.refused("model_card")
    assert "A key is needed" in said
    assert "secret" not in said


def test_every_call_is_written_down(assistant: Assistant, desk: Desk) -> None:
    """Who, by which program and key, which tool, a digest of the arguments, and the outcome."""
    replace(assistant, starts=True).call("score", application=GOOD)
    begun, ended = assistant.calls
    said = json.dumps({"application": GOOD}, sort_keys=True).encode()
    assert (begun["event"], begun["user"], begun["tool"]) == ("begun", "Ada", "score")
    assert begun["client"].startswith("mcp")
    assert begun["key_id"] == desk.reader.split("_")[1]
    assert begun["arguments"] == hashlib.sha256(said).hexdigest()
    assert (ended["event"], ended["id"], ended["outcome"]) == ("ended", begun["id"], "answered")


def test_calls_that_fail_are_written_down_without_what_was_given(assistant: Assistant) -> None:
    """A tool that is none, and arguments that are none."""
    assert "Unknown tool" in assistant.refused("drop_tables", income="41,000 USD")
    assistant.refused("score", application="Jane Doe, 41,000 USD")
    outcomes = [call["outcome"] for call in assistant.calls if call["event"] == "ended"]
    assert outcomes == ["refused: unknown tool", "refused: ValidationError"]
    assert "41,000" not in (assistant.home / "mcp" / "calls.jsonl").read_text()


def test_what_cannot_be_written_down_is_not_done(assistant: Assistant, desk: Desk) -> None:
    """Without the file no application is decided."""
    (assistant.home / "mcp").write_text("a file where the folder should be")
    decided = metric(desk, "risk_scores_total")
    assert "Calls cannot be recorded" in assistant.refused("score", application=GOOD)
    assert metric(desk, "risk_scores_total") == decided


def metric(desk: Desk, name: str) -> list[str]:
    """Return the lines of a metric, as the service tells it."""
    headers = {"Authorization": f"Bearer {desk.reader}"}
    text = httpx.get(f"{desk.url}/metrics", headers=headers, timeout=30).text
    return [line for line in text.splitlines() if line.startswith(name)]


def test_it_starts_without_what_trains_or_serves() -> None:
    """The server asks the API: nothing heavy is imported for that."""
    asking = "import sys, risk_platform.cli, risk_platform.commands.mcp.server; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", asking], capture_output=True, text=True, check=True
    )
    assert HEAVY & set(done.stdout.split()) == set()
