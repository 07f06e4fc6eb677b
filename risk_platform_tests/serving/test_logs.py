"""Logs: as many lines as events, each of them JSON, whatever is in them."""

import asyncio
import io
import json
import logging
from typing import Any

import pytest

from risk_platform.errors.models import WrongScoresError
from risk_platform_tests.serving.conftest import client_of
from serving.logs import JsonLines, tell_of_loop
from serving.service import ScoringService

NASTY = 'a\nb\r\nc\x1b[31m%0a\u2028\u2029\x85\x00\ud800{"event": "x"}'


def lines(record: logging.LogRecord) -> list[str]:
    """Return what a record becomes, cut where any reader would cut it."""
    return JsonLines().format(record).splitlines()


def event(message: str, **facts: Any) -> dict[str, Any]:
    """Return the one event that a record becomes."""
    record = logging.makeLogRecord({"name": "serving", "msg": message, **facts})
    (line,) = lines(record)
    assert line.isascii()
    return json.loads(line)


def test_an_event_is_one_line_whatever_it_holds() -> None:
    """Ends of lines of every kind, escapes of terminals, halves of surrogate pairs."""
    told = event(NASTY, route=NASTY, key=[NASTY])
    assert told["event"] == told["route"] == told["key"][0] == NASTY


def test_a_plain_formatter_lets_lines_be_forged() -> None:
    """The red control."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.emit(logging.makeLogRecord({"msg": NASTY}))
    assert len(out.getvalue().splitlines()) > 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ValueError("my secret"), None),
        (WrongScoresError(3), "version 3 does not score as it did when it was registered"),
    ],
)
def test_an_error_is_told_by_class_and_place(error: Exception, sentence: str | None) -> None:
    """Its words only where they are ours: others may repeat what they were given."""
    try:
        raise error
    except (ValueError, WrongScoresError) as caught:
        told = event("failed", exc_info=(type(caught), caught, caught.__traceback__))
    assert told["error"] == type(error).__name__
    assert "test_logs.py" in told["where"][-1]
    assert told.get("sentence") == sentence
    assert "secret" not in json.dumps(told)


@pytest.mark.parametrize("is_ours", [True, False])
def test_what_a_loop_catches_is_told_without_what_was_given(
    caplog: pytest.LogCaptureFixture, *, is_ours: bool
) -> None:
    """The red control is a loop as it comes: it shows a call with its arguments."""

    def failing(given: str) -> None:
        raise ValueError(given)

    loop = asyncio.new_event_loop()
    if is_ours:
        loop.set_exception_handler(tell_of_loop)
    loop.call_soon(failing, "my secret")
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()
    (told,) = [JsonLines().format(record) for record in caplog.records]
    assert json.loads(told)["error"] == "ValueError"
    assert ("secret" in told) is not is_ours


@pytest.mark.parametrize("header", ["X-Request-ID", "traceparent", "Idempotency-Key", "User-Agent"])
def test_no_header_forges_a_line(
    service: ScoringService, caplog: pytest.LogCaptureFixture, header: str
) -> None:
    """One refusal is one event, with an id of our own."""
    caplog.set_level(logging.INFO, "serving")
    nasty = b"a%0ab\x1b[31m\xe2\x80\xa8{}\tlevel=error"
    with client_of(service) as client:
        client.post("/predict", json={"dti": "x"}, headers={header.encode(): nasty})
        client.get("/%0a%0d%1b%e2%80%a8", headers={header.encode(): nasty})
    told = [lines(record) for record in caplog.records if record.name.startswith("serving.")]
    assert [len(cut) for cut in told] == [1, 1]
    refused = [json.loads(cut[0]) for cut in told]
    assert [one["route"] for one in refused] == ["/predict", "other"]
    assert all("level=error" not in json.dumps(one) for one in refused)
