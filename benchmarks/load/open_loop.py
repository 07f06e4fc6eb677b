"""Requests at an even rate, whether or not earlier ones were answered.

Latency counts from the moment at which a request was to be sent. A client that waits for an answer
before it asks again sends nothing while a server stands still, and so hardly sees that it did
("coordinated omission": Gil Tene, How NOT to measure latency, 2013).
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import httptools
import numpy as np

HOST, OK = "127.0.0.1", 200
# As many connections stand ready; where more are needed at once they are opened on the way.
READY = 16
LONGEST_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Latency:
    """How long answers took.

    Parameters
    ----------
    answered_ms
        Of each request that was answered with 200, in milliseconds.
    failed
        How many requests were not.
    """

    answered_ms: Sequence[float]
    failed: int

    def quantile(self, of: float) -> float:
        """Return a quantile in milliseconds; infinite where a failed request would be there."""
        times = [*self.answered_ms, *[np.inf] * self.failed]
        return float(np.quantile(times, of, method="higher"))


def send_evenly(
    port: int, path: str, bodies: Sequence[bytes], per_second: float, seconds: float
) -> Latency:
    """Post bodies in turn at an even rate to a server on this machine."""
    count = round(per_second * seconds)
    requests = [_post(path, body) for body in bodies]
    return asyncio.run(_Sender(port).send(islice(cycle(requests), count), 1 / per_second))


class _Sender:
    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[_Connection] = []
        self._answered_ms: list[float] = []
        self._failed = 0

    async def send(self, requests: "islice[bytes]", interval: float) -> Latency:
        self._idle = [await self._connect() for _ in range(READY)]
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number, request in enumerate(requests):
                due = began + number * interval
                # In a thread, as the event loop sleeps by whole milliseconds.
                await asyncio.to_thread(time.sleep, max(0, due - time.perf_counter()))
                group.create_task(self._ask(request, due))
        for connection in self._idle:
            connection.close()
        return Latency(self._answered_ms, self._failed)

    async def _ask(self, request: bytes, due: float) -> None:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                connection = await self._connection()
                status = await connection.exchange(request)
        except OSError:  # a timeout is one too
            self._failed += 1
            return
        taken = time.perf_counter() - due
        self._idle.append(connection)
        if status == OK:
            self._answered_ms.append(1_000 * taken)
        else:
            self._failed += 1

    async def _connection(self) -> "_Connection":
        """Return one that is idle, and that the server has not closed meanwhile."""
        while self._idle:
            if (connection := self._idle.pop()).is_open:
                return connection
        return await self._connect()

    async def _connect(self) -> "_Connection":
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(_Connection, HOST, self._port)
        return connection


class _Connection(asyncio.Protocol):
    """A connection that is asked one thing at a time."""

    def __init__(self) -> None:
        self.is_open = True
        self._answered: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._parser = httptools.HttpResponseParser(self)

    async def exchange(self, request: bytes) -> int:
        """Return the status of the answer."""
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answered

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Hand over the status, and be ready for the next answer."""
        status = self._parser.get_status_code()
        self._parser = httptools.HttpResponseParser(self)
        if self._answered and not self._answered.done():
            self._answered.set_result(status)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.is_open = False
        if self._answered and not self._answered.done():
            self._answered.set_exception(ConnectionResetError("the server hung up"))


def _post(path: str, body: bytes) -> bytes:
    lines = (
        f"POST {path} HTTP/1.1",
        f"Host: {HOST}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body
