"""Refusals of the server's own: answers to what never becomes a request for the app."""

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from serving.problems import MEDIA_TYPE, ProblemType, problem_body
from serving.visits import Visit


def refusal(visit: Visit, kind: ProblemType, detail: str) -> bytes:
    """Return an answer as bytes, behind which the connection is closed; note it on the visit."""
    visit.status, visit.problem = kind.status, kind.name
    body = problem_body(kind, detail)
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
        *visit.headers_out,
    ]
    if kind.retry_after_s:
        headers.append((b"retry-after", b"%d" % kind.retry_after_s))
    lines = [b"%b: %b\r\n" % header for header in headers]
    return b"".join((STATUS_LINE[kind.status], *lines, b"\r\n", body))
