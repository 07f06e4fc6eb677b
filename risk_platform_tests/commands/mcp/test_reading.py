"""Reading tools: the service's own numbers, by one door for all, and every call on record."""

import asyncio
import hashlib
import json
import math
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from risk_platform.commands.mcp.api import RefusedError, ScoringApi
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


@pytest.mark.parametrize("name", ["../model", "", "a b", "x" * 40, "0" * 100_000])
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


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "http://bank:port", "ftp://127.0.0.1"])
def test_an_address_that_is_none_is_told_of(url: str) -> None:
    """By whoever starts the server, and mistypes it."""
    with pytest.raises(RefusedError, match=r"is no address of a scoring service"):
        asyncio.run(ScoringApi(url, "").get("/model"))


def test_what_is_no_scoring_service_is_told_of() -> None:
    """Another program that listens there and answers anything."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        url = f"http://127.0.0.1:{other.getsockname()[1]}"

        def answer_once() -> None:
            talking, _ = other.accept()
            with talking:
                talking.recv(65_536)
                talking.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwelcome")

        thread = threading.Thread(target=answer_once)
        thread.start()
        with pytest.raises(RefusedError, match="no scoring service of ours"):
            asyncio.run(ScoringApi(url, "").get("/model"))
        thread.join()


def test_who_hangs_up_may_have_done_it() -> None:
    """A stop that was sent, and not answered, is not told of as one that never was."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        url = f"http://127.0.0.1:{other.getsockname()[1]}"

        def hang_up() -> None:
            talking, _ = other.accept()
            talking.recv(65_536)
            talking.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(RefusedError, match="whether it did what it was asked") as refusal:
            asyncio.run(ScoringApi(url, "").post("/serving-state/stop", {"reason": "odd"}))
        thread.join()
    assert refusal.value.kind == "broken-off"


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_is_no_number_of_json_is_told_of(number: float) -> None:
    """Python would write it, and the service refuse the whole body as none."""
    with pytest.raises(RefusedError, match="NaN and infinity"):
        asyncio.run(ScoringApi("http://127.0.0.1:1", "").post("/predict", {"dti": number}))


@pytest.mark.parametrize("size", [70_000, 20_000_000])
def test_an_application_that_is_too_large_is_refused(assistant: Assistant, size: int) -> None:
    """By the service, or by its hanging up while it is sent; and recorded by a digest alone."""
    said = assistant.refused("score", application={"emp_title": "x" * size})
    assert "too large" in said or "64 KiB" in said
    assert len(said) < 1_000
    assert (assistant.home / "mcp" / "calls.jsonl").stat().st_size < 2_000


def test_text_that_is_half_a_character_is_refused(assistant: Assistant) -> None:
    """It is sent as JSON has it, and the service says where it stands."""
    assert assistant.refused("score", application={"emp_title": "\ud800"})


@pytest.mark.parametrize("key", ["schlüssel", "risk_0123456789ab_a b", "risk_0_x\ny"])
def test_a_key_that_cannot_be_sent_is_told_of(desk: Desk, tmp_path: Path, key: str) -> None:
    """It was copied with something else; it is not shown."""
    said = assistant_of(desk, tmp_path, mcp_key=key).refused("model_card")
    assert "a character that none of ours has" in said
    assert key not in said


def test_nothing_of_a_key_of_others_is_written_down(desk: Desk, tmp_path: Path) -> None:
    """Only what our keys are known by anywhere is an id."""
    stranger = assistant_of(desk, tmp_path, mcp_key="sk_live_s3cret")
    stranger.refused("model_card")
    assert {call.get("key_id", "") for call in stranger.calls} == {""}


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
    assistant.refused("x" * 100_000)
    assert (assistant.home / "mcp" / "calls.jsonl").stat().st_size < 10_000


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
