"""Visits: what is known of a request beside its body, from the door to the log."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter

from serving.keyring import Holder

OTHER = "other"
Headers = Iterable[tuple[bytes, bytes]]

_SAFETY = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
_HEADERS = frozenset(
    {
        b"authorization",
        b"content-encoding",
        b"content-length",
        b"content-type",
        b"host",
        b"idempotency-key",
        b"traceparent",
        b"x-request-id",
    }
)
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_TRACE = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")


@dataclass(slots=True)
class Visit:
    """A request on its way through the service.

    Parameters
    ----------
    headers
        Those that are read here; one that came several times is joined by commas, which none of
        them may hold.
    request_id
        The client's, where it can be shown anywhere; else one of ours.
    traceparent
        The client's trace with a span of ours (W3C Trace Context), or a new one.
    holder
        Who asks, by the key that was shown; ``None``: the route did not want to know.
    route
        The route's template; ``other`` where there is none.
    problem
        Type of the problem that was answered.
    status
        HTTP status of the answer; 499: the client had gone.
    started
        Seconds of ``perf_counter``.
    """

    headers: Mapping[bytes, bytes]
    request_id: bytes
    traceparent: bytes
    holder: Holder | None
    started: float
    route: str = OTHER
    problem: str = ""
    status: int = 0

    @property
    def headers_out(self) -> Headers:
        """What every answer carries, whoever gives it."""
        return (
            *_SAFETY,
            (b"x-request-id", self.request_id),
            (b"traceparent", self.traceparent),
        )


def begin(given: Headers) -> Visit:
    """Read a request's headers."""
    headers: dict[bytes, bytes] = {}
    for name, value in given:
        if name in _HEADERS:
            headers[name] = headers[name] + b", " + value if name in headers else value
    request_id = headers.get(b"x-request-id", b"")
    if not _REQUEST_ID.fullmatch(request_id):
        request_id = os.urandom(16).hex().encode()
    return Visit(
        headers=headers,
        request_id=request_id,
        traceparent=_span(headers.get(b"traceparent", b"")),
        holder=None,
        started=perf_counter(),
    )


def _span(given: bytes) -> bytes:
    """Return a span of ours in the trace that is given, or in a new one that is not sampled."""
    span = os.urandom(8).hex().encode()
    if found := _TRACE.fullmatch(given):
        return b"00-%b-%b-%b" % (found[1], span, found[2])
    return b"00-%b-%b-00" % (os.urandom(16).hex().encode(), span)
