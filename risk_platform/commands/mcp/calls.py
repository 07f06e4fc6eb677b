"""Calls: who asked for which tool, and what came of it, on the disk before anything is answered."""

import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from mcp.server.mcpserver.exceptions import ToolError


class UnrecordedError(ToolError):
    """A call, or how it ended, cannot be written down."""


# Names are others' words: as much of them is kept as one has that is meant.
_NAME_CHARACTERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of a tool.

    Parameters
    ----------
    id
        Of the call.
    user
        Who runs this server, by the operating system.
    client
        Which program asks, by its own word.
    key_id
        By which key the service is asked: the operator's, where a move was confirmed.
    tool, arguments
        The tool; and the SHA-256 of its arguments as JSON with sorted names, as they hold what
        applicants told.
    """

    id: str
    user: str
    client: str
    key_id: str
    tool: str
    arguments: str


class CallLog:
    """A file of calls, one line of JSON for the beginning of each and one for its end.

    A call without an end was broken off: whether the service did it is for the service to say.

    Parameters
    ----------
    file
        It only grows.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def begin(self, call: Call) -> None:
        """Write down that a call begins.

        Raises
        ------
        UnrecordedError
            It cannot be written.
        """
        self._write({"event": "begun", **asdict(call)}, "so none is made")

    def end(self, call: Call, outcome: str) -> None:
        """Write down what came of it; raise what ``begin`` does."""
        entry = {"event": "ended", "id": call.id, "tool": call.tool, "outcome": outcome}
        self._write(entry, f"though this one was made ({outcome}): ask what came of it")

    def _write(self, entry: Mapping[str, object], otherwise: str) -> None:
        line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **entry})
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                # In one piece, so that several servers may write; behind what a crash left torn.
                os.write(handle, f"{_torn(handle)}{line}\n".encode())
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise UnrecordedError(
                f"Calls cannot be recorded in {self.file} ({error.strerror}), {otherwise}."
            ) from error


def new_call(who: tuple[str, str, str], tool: str, arguments: Mapping[str, object]) -> Call:
    """Return a call of a user, by a client, with a key."""
    user, client, key_id = who
    said = json.dumps(arguments, sort_keys=True, default=str).encode()
    digest = hashlib.sha256(said).hexdigest()
    return Call(
        id=uuid.uuid4().hex,
        user=user,
        client=client[:_NAME_CHARACTERS],
        key_id=key_id,
        tool=tool[:_NAME_CHARACTERS],
        arguments=digest,
    )


def _torn(handle: int) -> str:
    """Return what ends a line that was not written to its end."""
    size = os.fstat(handle).st_size
    return "\n" if size and os.pread(handle, 1, size - 1) != b"\n" else ""
