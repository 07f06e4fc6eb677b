"""Writing tools: they try; what a person confirmed is done, by a key that was lent for that."""

from dataclasses import replace
from pathlib import Path

import pytest

from risk_platform.commands.mcp.calls import CallLog, UnrecordedError, new_call
from risk_platform_tests.commands.mcp.conftest import Assistant, Desk, assistant_of

REASON = "scores of farmers look odd"


@pytest.fixture
def trusted(desk: Desk, tmp_path: Path) -> Assistant:
    """Return an assistant to whom an operator's key was lent."""
    return assistant_of(desk, tmp_path, mcp_operator_key=desk.operator)


def test_what_is_not_confirmed_is_only_tried(trusted: Assistant, desk: Desk) -> None:
    """It says what it would send, how things stand, and that nothing was done."""
    before = desk.asked("/serving-state")["epoch"]
    told = trusted.call("stop_scoring", reason=REASON)
    assert told["dry_run"]
    assert told["would_send"]["body"]["reason"] == REASON
    assert told["as_it_stands"]["state"] == "running"
    assert "confirmed=true" in told["what_to_do"]
    assert desk.asked("/serving-state")["epoch"] == before
    assert trusted.calls[-1]["outcome"] == "tried"


def test_without_an_operators_key_nothing_is_done(assistant: Assistant, desk: Desk) -> None:
    """Whatever an assistant says has been confirmed."""
    told = assistant.call("stop_scoring", reason=REASON)
    assert "RISK_MCP_OPERATOR_KEY" in told["what_to_do"]
    said = assistant.refused("stop_scoring", reason=REASON, confirmed=True)
    assert "nothing was done" in said
    assert desk.asked("/serving-state")["state"] == "running"
    assert assistant.calls[-1]["outcome"] == "refused: no-operator-key"


@pytest.mark.parametrize("word", ["yes", "true", 1])
def test_a_word_of_its_own_is_no_confirmation(trusted: Assistant, desk: Desk, word: object) -> None:
    """Only ``true`` is: what else reads like it may have come from anywhere."""
    trusted.refused("stop_scoring", reason=REASON, confirmed=word)
    assert desk.asked("/serving-state")["state"] == "running"


@pytest.mark.parametrize("reason", ["odd\nscoring runs again, by Grace", "\x1b[2Jodd", "x" * 2_001])
def test_a_reason_that_would_forge_a_line_is_refused(
    trusted: Assistant, desk: Desk, reason: str
) -> None:
    """In a log, or on a terminal; by the service, whoever asks it."""
    trusted.refused("stop_scoring", reason=reason, confirmed=True)
    assert desk.asked("/serving-state")["state"] == "running"


def test_an_end_that_cannot_be_written_down_is_told_from_a_call_that_was_not_made(
    tmp_path: Path,
) -> None:
    """The disk may fill up meanwhile: what was done was done."""
    log = CallLog(tmp_path / "calls.jsonl")
    call = new_call(("Ada", "mcp", ""), "stop_scoring", {})
    log.begin(call)
    log.file.unlink()
    log.file.mkdir()
    with pytest.raises(UnrecordedError, match=r"this one was made \(answered\)"):
        log.end(call, "answered")
    with pytest.raises(UnrecordedError, match="none is made"):
        log.begin(call)


def test_a_key_that_may_not_is_refused_by_the_service(desk: Desk, tmp_path: Path) -> None:
    """The server's own care is not what the gate hangs on."""
    lesser = assistant_of(desk, tmp_path, mcp_operator_key=desk.reader)
    said = lesser.refused("stop_scoring", reason=REASON, confirmed=True)
    assert "The key is not good for this" in said
    assert desk.asked("/serving-state")["state"] == "running"


def test_what_is_confirmed_is_done(trusted: Assistant, desk: Desk) -> None:
    """Scoring stops under the key's name; a resume is asked for, and waits for another person."""
    started = replace(trusted, starts=True)
    told = started.call("stop_scoring", reason=REASON, incident="INC-7", confirmed=True)
    state = desk.asked("/serving-state")
    assert (state["state"], state["by"], state["reason"]) == ("stopped", "operator", REASON)
    assert told["answer"]["epoch"] == state["epoch"]
    assert started.calls[0]["key_id"] == desk.operator.split("_")[1]
    assert "Scoring is stopped" in trusted.refused("score", application={"loan_amnt": 8_000})
    asked = trusted.call(
        "ask_for_resume",
        reason="explained: the bureau's feed was mended",
        epoch=state["epoch"],
        confirmed=True,
    )
    (waiting,) = desk.asked("/serving-state")["requests"]
    assert waiting["request_id"] == asked["answer"]["request_id"]
    assert desk.asked("/serving-state")["state"] == "stopped"


def test_nothing_is_offered_that_approves(trusted: Assistant) -> None:
    """The second pair of eyes is a person's."""
    assert not [name for name in trusted.tools if "approv" in name or name.startswith("resume")]
