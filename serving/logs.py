"""Logs: one event a line, as JSON in ASCII.

A line says what happened, and names no value of an application and no secret. What went wrong in
code of others is told by the error's class and where it rose: its own words may hold anything.
"""

import asyncio
import json
import logging
import sys
import threading
from datetime import UTC, datetime
from traceback import extract_tb
from types import TracebackType
from typing import Any

from risk_platform.errors.base import RiskPlatformError

log = logging.getLogger("serving")

# What every record has: the rest is what the caller added by `extra`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# What uvicorn says again, in colours.
_UNSAID = _USUAL | {"color_message"}
_FRAMES = 8


class JsonLines(logging.Formatter):
    """Format a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        at = datetime.fromtimestamp(record.created, UTC)
        event: dict[str, Any] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        event |= {name: value for name, value in vars(record).items() if name not in _UNSAID}
        if record.exc_info and record.exc_info[1]:
            event |= _told(record.exc_info[1])
        # ASCII alone: U+2028 and its like end a line for some readers.
        return json.dumps(event, ensure_ascii=True, default=str)


def to_stderr(level: int = logging.INFO) -> None:
    """Send every log of the process to standard error in this form, and what nobody caught."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    sys.excepthook = tell_uncaught
    threading.excepthook = lambda by: tell_uncaught(by.exc_type, by.exc_value, by.exc_traceback)
    sys.unraisablehook = lambda by: tell_uncaught(by.exc_type, by.exc_value, by.exc_traceback)


def tell_of_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Tell what an event loop caught; its own words may show what a call was given."""
    log.error("something failed in the event loop", exc_info=context.get("exception"))


def tell_uncaught(
    _: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    """Tell what ends a process or a thread."""
    told = (type(error), error, trace) if error else None
    log.critical("nobody caught an error", exc_info=told)


def _told(error: BaseException) -> dict[str, Any]:
    """Return an error's class and place; its sentence only where it is one of ours."""
    frames = extract_tb(error.__traceback__)[-_FRAMES:]
    told: dict[str, Any] = {
        "error": type(error).__name__,
        "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(error, RiskPlatformError):
        told["sentence"] = str(error)
    return told
