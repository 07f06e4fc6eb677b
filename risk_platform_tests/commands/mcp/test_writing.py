"""Writing tools: they try; what a person confirmed is done, by a key that was lent for that."""

from dataclasses import replace
from pathlib import Path

import pytest

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
