"""Deadlines: a client that sends or reads too slowly, or holds too many connections, is cut off.

uvicorn waits for a request for ever: a thousand connections that send a byte a second would take
every place there is. What is here stands between its parser and the socket.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from serving.doors import SEE_OUT
from serving.one_write import OneWrite
from serving.problems import MALFORMED, OVERLOADED, TIMEOUT, TOO_LARGE, ProblemType
from serving.refusals import refusal
from serving.visits import Visit, begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long, how much and how many a worker bears.

    Parameters
    ----------
    receive_s
        Seconds within which a request must have come as a whole, from its first byte or from the
        beginning of its connection.
    send_s
        Seconds within which an answer must have been taken.
    head_bytes
        Largest head of a request.
    connections, per_address
        Most connections at a time, of all clients and of one address.
    """

    receive_s: float = 10.0
    send_s: float = 10.0
    head_bytes: int = 16 * 1024
    connections: int = 1_000
    per_address: int = 256


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 with an end to its patience; connections of this process are counted."""

    patience: ClassVar = Patience()
    addresses: ClassVar = Counter[str]()
    _one_write: OneWrite

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._receiving = self._in_head = True
        self._has_hung_up = False
        self._head_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._sending: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Take a connection, where there is a place for it."""
        super().connection_made(transport)
        self.transport = self._one_write = OneWrite(transport)
        address = self._address()
        self.addresses[address] += 1
        all_places = len(self.connections) > self.patience.connections
        if all_places or self.addresses[address] > self.patience.per_address:
            self._refuse(OVERLOADED, "there is no place for a further connection")
        else:
            self._watch_receiving()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        address = self._address()
        self.addresses[address] -= 1
        if not self.addresses[address]:
            del self.addresses[address]
        for timer in (self._deadline, self._sending):
            if timer is not None:
                timer.cancel()
        self._deadline = self._sending = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; a request that came at once never needs a timer."""
        # After a refusal the rest of what was sent concerns nobody.
        if self.transport.is_closing():
            return
        if not self._receiving:
            self._begin()
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > self.patience.head_bytes:
            self._refuse(TOO_LARGE, f"a head has at most {self.patience.head_bytes:,} bytes")
        else:
            self._watch_receiving()

    def eof_received(self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return whether the connection stays open yet: where whole requests are to be answered.

        uvicorn would close at once. Who asks, ends his side and waits, as ``nc -N`` and some
        proxies do, would never see the decision that was logged for him.
        """
        self._has_hung_up = True
        is_at_work = self.cycle is not None and not self.cycle.response_complete
        if self._receiving and not self._in_head:
            # The last request lacks its end and is dropped; if it waits, another is at work.
            is_at_work = bool(self.pipeline)
            if self.pipeline:
                self.pipeline.popleft()
        self._receiving = False
        self._watch_receiving()
        if not is_at_work:
            self._close()
        return is_at_work

    def on_message_begin(self) -> None:
        """Note the first byte of a request."""
        super().on_message_begin()
        if not self._receiving:
            self._begin()

    def on_headers_complete(self) -> None:
        """Note the end of the head."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note the end of a request."""
        self._receiving = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Let go what is but a head; close behind the last answer, and see that it is taken."""
        self._one_write.flush()
        is_last = self._has_hung_up and not self.pipeline
        super().on_response_complete()
        if is_last or self.transport.is_closing():
            self._close()

    def pause_writing(self) -> None:
        """See that a client that does not read begins to."""
        super().pause_writing()
        self._watch_sending()

    def resume_writing(self) -> None:
        """Note that the client reads."""
        super().resume_writing()
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None

    def timeout_keep_alive_handler(self) -> None:
        """End an idle connection, at once where the client does not even read."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        super().timeout_keep_alive_handler()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP as a problem like any other."""
        del msg
        self._refuse(MALFORMED, "this is no HTTP/1.1")

    def _begin(self) -> None:
        self._receiving = self._in_head = True
        self._head_bytes = 0

    def _watch_receiving(self) -> None:
        """Have a timer just while a request is on its way."""
        if self._receiving and self._deadline is None:
            self._deadline = self.loop.call_later(self.patience.receive_s, self._too_slow)
        elif not self._receiving and self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _watch_sending(self) -> None:
        if self._sending is None:
            self._sending = self.loop.call_later(self.patience.send_s, self.transport.abort)

    def _too_slow(self) -> None:
        self._deadline = None
        if self.transport.is_closing():
            return
        if self.flow.read_paused:
            # It is us who do not read: an earlier request of the client is still at work.
            self._watch_receiving()
        elif self.cycle is not None and self.cycle.response_started:
            self._close()
        else:
            seconds = self.patience.receive_s
            self._refuse(TIMEOUT, f"a request has {seconds:g} seconds to come in", seconds)

    def _refuse(self, kind: ProblemType, detail: str, waited_s: float = 0.0) -> None:
        """Answer without the app, and close; the refusal is counted and told as the app's are."""
        scope: Mapping[str, Any] = {} if self._in_head else self.scope
        # Where the app waits for the rest of a body it sees the visit out, as it was answered here.
        known: Visit | None = scope.get("visit")
        visit = known or begin(scope.get("headers", ()))
        self.transport.write(refusal(visit, kind, detail))
        self._close()
        if known is None and (see_out := self.app_state.get(SEE_OUT)):
            visit.started -= waited_s
            see_out(visit, scope.get("method", ""))

    def _close(self) -> None:
        """Close once the client has taken what was written, which it must in time."""
        self.transport.close()
        if self.transport.get_write_buffer_size():
            self._watch_sending()

    def _address(self) -> str:
        return self.client[0] if self.client else ""


def with_patience(of: Patience) -> type[PatientProtocol]:
    """Return a protocol of another patience, with connections counted by address anew."""
    return type("Patient", (PatientProtocol,), {"patience": of, "addresses": Counter[str]()})


def server_options(protocol: type[PatientProtocol] = PatientProtocol) -> dict[str, Any]:
    """Return how uvicorn runs the app: with our protocol, and nothing of its own to say."""
    return {
        "http": protocol,
        "ws": "none",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        # A worker that still imports cannot say that it lives: on a busy machine uvicorn's own five
        # seconds would have it killed before it ever starts, again and again.
        "timeout_worker_healthcheck": 30,
    }
