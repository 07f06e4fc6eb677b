"""Problems: every error as ``application/problem+json`` (RFC 9457), of a closed table of types.

A problem says what was expected and where, never what was sent.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from risk_platform.errors.applications import (
    ApplicationError,
    Fault,
    InvalidApplicationError,
    MalformedBodyError,
)
from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.handover import (
    KeysUnavailableError,
    LogUnavailableError,
    OverloadedError,
    ResumeRefusedError,
    ServingStoppedError,
    UnknownDecisionError,
    UnwrittenWitnessError,
)
from risk_platform.errors.models import NotReadyError
from risk_platform.handover.clock import iso_of

log = logging.getLogger("serving.problems")

MEDIA_TYPE = "application/problem+json"
# What nginx writes where nobody waits for an answer any more.
_CLIENT_GONE = 499


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem: what a client may rely on.

    Parameters
    ----------
    name
        The last part of its URN.
    status
        The HTTP status that it comes with.
    title
        What it is, the same in every answer.
    retry_after_s
        After how many seconds to ask again; 0: asking again changes nothing.
    is_told
        Whether an answer says what the error says: what stores and drivers say is for our log.
    """

    name: str
    status: int
    title: str
    retry_after_s: int = 0
    is_told: bool = True

    @property
    def urn(self) -> str:
        """What stands as ``type`` in an answer."""
        return f"urn:risk:problem:{self.name}"


MALFORMED = ProblemType("malformed", 400, "The body is no JSON, or ambiguous")
INVALID_PARAMETER = ProblemType("invalid-parameter", 400, "A parameter or header is none of ours")
UNAUTHORISED = ProblemType("unauthorised", 401, "A key is needed")
FORBIDDEN = ProblemType("forbidden", 403, "The key is not good for this")
# It is about who asks, and no waiting mends it: at a 503 clients would ask again by themselves.
KEY_SUSPENDED = ProblemType("key-suspended", 403, "Nothing is decided for this key at present")
NOT_FOUND = ProblemType("not-found", 404, "There is nothing here")
METHOD_NOT_ALLOWED = ProblemType("method-not-allowed", 405, "This cannot be asked so")
TIMEOUT = ProblemType("timeout", 408, "The request came too slowly")
IDEMPOTENCY_CONFLICT = ProblemType(
    "idempotency-conflict", 409, "The idempotency key stands for another request"
)
RESUME_REFUSED = ProblemType("resume-refused", 409, "Nothing is resumed")
TOO_LARGE = ProblemType("too-large", 413, "The request is too large")
UNSUPPORTED_MEDIA_TYPE = ProblemType(
    "unsupported-media-type", 415, "The body must be plain application/json"
)
INVALID_APPLICATION = ProblemType("invalid-application", 422, "The JSON is no application")
INVALID_ORDER = ProblemType("invalid-order", 422, "The JSON is not what this takes")
RATE_LIMITED = ProblemType("rate-limited", 429, "The key asks too often", 1)
INTERNAL_ERROR = ProblemType("internal-error", 500, "The service failed", is_told=False)
SERVING_STOPPED = ProblemType("serving-stopped", 503, "Scoring is stopped", 30, is_told=False)
STATE_UNAVAILABLE = ProblemType(
    "state-unavailable", 503, "Whether scoring is stopped cannot be read", 5, is_told=False
)
LOG_UNAVAILABLE = ProblemType(
    "log-unavailable", 503, "The decision cannot be recorded", 5, is_told=False
)
KEYS_UNAVAILABLE = ProblemType(
    "keys-unavailable", 503, "Which keys are good cannot be read", 5, is_told=False
)
OVERLOADED = ProblemType("overloaded", 503, "Too much is asked at once", 1, is_told=False)
MODEL_UNVERIFIED = ProblemType("model-unverified", 503, "There is no verified model", 5)
MODEL_GONE = ProblemType("model-gone", 410, "The model that decided cannot be had here any more")

PROBLEM_TYPES = tuple(value for value in list(globals().values()) if isinstance(value, ProblemType))

# Of which type an error is that reaches the edge; one that is not named here is our own fault.
TYPES_OF_ERRORS: Mapping[type[RiskPlatformError], ProblemType] = MappingProxyType(
    {
        MalformedBodyError: MALFORMED,
        InvalidApplicationError: INVALID_APPLICATION,
        NotReadyError: MODEL_UNVERIFIED,
        ServingStoppedError: SERVING_STOPPED,
        LogUnavailableError: LOG_UNAVAILABLE,
        KeysUnavailableError: KEYS_UNAVAILABLE,
        OverloadedError: OVERLOADED,
        UnknownDecisionError: NOT_FOUND,
        ResumeRefusedError: RESUME_REFUSED,
        UnwrittenWitnessError: STATE_UNAVAILABLE,
    }
)
_TYPES_OF_STATUSES = {404: NOT_FOUND, 405: METHOD_NOT_ALLOWED}
# An example of what a problem says beside its sentence is made of an error, as the answer is.
_ERRORS_FOR_EXAMPLES: Mapping[ProblemType, RiskPlatformError] = MappingProxyType(
    {
        SERVING_STOPPED: ServingStoppedError(7, 1_767_225_600_000_000, "odd scores"),
        RESUME_REFUSED: ResumeRefusedError("epoch", "another stop is named"),
    }
)


class ProblemError(RiskPlatformError):
    """A request that is refused at a door.

    Parameters
    ----------
    kind
        The type of the problem.
    detail
        What is wrong this time, in a sentence without anything that was sent.
    headers
        Further headers of the answer.
    """

    def __init__(
        self, kind: ProblemType, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(kind, detail, dict(headers or {}))

    @property
    def kind(self) -> ProblemType:
        """The type of the problem."""
        return self.args[0]

    @property
    def headers(self) -> Mapping[str, str]:
        """Further headers of the answer."""
        return self.args[2]

    def __str__(self) -> str:
        """Say what is wrong."""
        return self.args[1]


def problem_body(
    kind: ProblemType,
    detail: str,
    faults: Sequence[Fault] = (),
    members: Mapping[str, Any] = MappingProxyType({}),
) -> bytes:
    """Return a problem as JSON, with further members of its own (RFC 9457, 3.2)."""
    body: dict[str, Any] = {
        "type": kind.urn,
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        **members,
    }
    if faults:
        body["errors"] = [fault._asdict() for fault in faults]
    return msgspec.json.encode(body)


def problem(
    kind: ProblemType,
    detail: str,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] = MappingProxyType({}),
) -> Response:
    """Return the response of a problem."""
    all_headers = dict(headers or {})
    if kind.retry_after_s:
        all_headers.setdefault("Retry-After", str(kind.retry_after_s))
    if kind is UNAUTHORISED:
        all_headers["WWW-Authenticate"] = 'Bearer realm="risk_platform"'
    body = problem_body(kind, detail, faults, members)
    return Response(body, kind.status, all_headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let the app answer its errors as problems."""
    app.add_exception_handler(RiskPlatformError, _answer_ours)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(ClientDisconnect, _answer_nobody)
    app.add_exception_handler(500, _answer_failure)


def example_of(kind: ProblemType) -> bytes:
    """Return the body of a problem as its answers have it, for who reads about it."""
    error = _ERRORS_FOR_EXAMPLES.get(kind)
    return problem_body(kind, kind.title, members=_members_of(error))


def type_of(error: RiskPlatformError) -> ProblemType:
    """Return of which type an error is: that of the nearest class that is named."""
    if isinstance(error, ProblemError):
        return error.kind
    kinds = (TYPES_OF_ERRORS.get(of) for of in type(error).__mro__)
    return next(filter(None, kinds), INTERNAL_ERROR)


async def _answer_ours(request: Request, error: Exception) -> Response:
    if not isinstance(error, RiskPlatformError):
        raise error
    kind = type_of(error)
    if kind is INTERNAL_ERROR:
        # Nobody wrote its sentence for a client.
        raise error
    faults = error.faults if isinstance(error, ApplicationError) else ()
    headers = error.headers if isinstance(error, ProblemError) else None
    request.scope["visit"].problem = kind.name
    if not kind.is_told:
        log.warning("unavailable", extra={"problem": kind.name, "sentence": str(error)})
    detail = str(error) if kind.is_told else kind.title
    return problem(kind, detail, faults, headers, _members_of(error))


def _members_of(error: Exception | None) -> Mapping[str, Any]:
    """Return what the answer says beside the sentence: of a stop which one, and since when."""
    if isinstance(error, ServingStoppedError):
        instance = f"urn:risk:stop:{error.epoch}"
        return {"instance": instance, "epoch": error.epoch, "since": iso_of(error.since_us)}
    if isinstance(error, ResumeRefusedError):
        return {"rule": error.rule}
    return {}


async def _answer_nobody(request: Request, _: Exception) -> Response:
    """Note that the client has gone, or was cut off; what is answered reaches nobody."""
    return Response(status_code=request.scope["visit"].status or _CLIENT_GONE)


async def _answer_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    kind = _TYPES_OF_STATUSES.get(error.status_code, INTERNAL_ERROR)
    request.scope["visit"].problem = kind.name
    return problem(kind, kind.title, headers=error.headers)


async def _answer_failure(request: Request, _: Exception) -> Response:
    request.scope["visit"].problem = INTERNAL_ERROR.name
    return problem(INTERNAL_ERROR, "the fault is ours; its request id finds it in our log")
