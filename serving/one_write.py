"""One write: the head of an answer leaves together with its body.

uvicorn writes them apart, and uvloop hands each write to the kernel at once, which costs as much as
reading an application, and wakes whoever waits for the answer twice. ASGI has a server hold the
head back until there is a body.
"""

import asyncio

_HEAD, _ITS_END = b"HTTP/1.1 ", b"\r\n\r\n"
# What may come ahead of an answer, while the client waits to be told to go on.
_INTERIM = b"HTTP/1.1 1"

Bytes = bytes | bytearray | memoryview


class OneWrite(asyncio.Transport):
    """A connection of which a head waits for what comes behind it.

    Parameters
    ----------
    connection
        What is written to.
    """

    def __init__(self, connection: asyncio.Transport) -> None:
        super().__init__()
        self._connection, self._head = connection, b""

    def write(self, data: Bytes) -> None:
        """Write, or keep a head that comes alone; what comes behind it is never kept."""
        if not self._head and _is_head(data):
            self._head = bytes(data)
            return
        whole, self._head = self._head + data, b""
        self._connection.write(whole)

    def flush(self) -> None:
        """Write a head that has no body."""
        if self._head:
            self._connection.write(self._head)
            self._head = b""

    def close(self) -> None:
        """Write what is kept, and close once it has been taken."""
        if not self.is_closing():
            self.flush()
        self._connection.close()

    def abort(self) -> None:
        """Close at once."""
        self._connection.abort()

    def is_closing(self) -> bool:
        """Whether it is closed, or about to be."""
        return self._connection.is_closing()

    def get_write_buffer_size(self) -> int:
        """Return how many bytes the client has yet to take."""
        return self._connection.get_write_buffer_size()


def _is_head(data: Bytes) -> bool:
    begun = bytes(data[: len(_INTERIM)])
    ends = bytes(data[-len(_ITS_END) :]) == _ITS_END
    return ends and begun.startswith(_HEAD) and begun != _INTERIM
