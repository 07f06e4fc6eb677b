"""OpenAPI: what routes say of themselves beyond their Python signature."""

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from itertools import groupby
from typing import Any

import msgspec
from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from risk_platform.scoring.examples import EXAMPLES
from serving.application_schema import application_schema, batch_schema
from serving.guards import SECURITY_SCHEME
from serving.orders import ApprovalOrder, ResumeOrder, StopOrder
from serving.problems import (
    FORBIDDEN,
    KEYS_UNAVAILABLE,
    MEDIA_TYPE,
    RATE_LIMITED,
    UNAUTHORISED,
    ProblemType,
    example_of,
)
from serving.schemas import (
    BatchAnswer,
    DecisionAnswer,
    DriftAnswer,
    HealthAnswer,
    ModelAnswer,
    MoveAnswer,
    ProblemAnswer,
    ReplayAnswer,
    RequestAnswer,
    ScoreAnswer,
    StateAnswer,
)

Described = dict[str, Any]

_PLACE = "#/components/schemas/{name}"
_ANSWERS = (
    ScoreAnswer,
    BatchAnswer,
    DecisionAnswer,
    DriftAnswer,
    ReplayAnswer,
    StateAnswer,
    RequestAnswer,
    MoveAnswer,
    ModelAnswer,
    HealthAnswer,
    ProblemAnswer,
)
_ORDERS = (StopOrder, ResumeOrder, ApprovalOrder)

_APPLICATIONS: Mapping[str, Described] = {
    "low risk": {"value": dict(EXAMPLES["good"])},
    "high risk": {"value": dict(EXAMPLES["bad"])},
    "missing": {
        "summary": "Most fields are left out: the answer lists those the model would have read",
        "value": dict(EXAMPLES["sparse"]),
    },
}
_OUT_OF_RANGE: Described = {
    "summary": "Out of range: answered by 422 and /fico_range_low",
    "value": dict(EXAMPLES["good"]) | {"fico_range_low": 8_500},
}

IDEMPOTENCY_KEY: Described = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The client's name for this request: sent again, it gets the same answer",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
DECISION_ID: Described = {
    "name": "decision_id",
    "in": "path",
    "required": True,
    "description": "Id of a decision, as its answer gave it",
    "schema": {"type": "string", "format": "uuid"},
}
REQUEST_ID: Described = {
    "name": "request_id",
    "in": "path",
    "required": True,
    "description": "Id of a request, as its answer gave it",
    "schema": {"type": "string", "format": "uuid"},
}
EXPLAIN: Described = {
    "name": "explain",
    "in": "query",
    "description": "Give reasons for an approval too",
    "schema": {"type": "boolean", "default": False},
}

_ABOUT = """\
Every request may carry `X-Request-ID` and `traceparent`; every answer does. Errors are \
`application/problem+json` (RFC 9457) of the types in docs/api.md."""


def takes_application() -> Described:
    """Describe a body of one application."""
    examples = {**_APPLICATIONS, "out of range": _OUT_OF_RANGE}
    return _takes("Application", examples)


def takes_batch() -> Described:
    """Describe a body of many applications."""
    both = [one["value"] for one in _APPLICATIONS.values()]
    return _takes("Batch", {"three": {"value": {"applications": both}}})


def takes_order(kind: type[msgspec.Struct]) -> Described:
    """Describe a body by which somebody orders something."""
    return _takes(kind.__name__, {})


def answers(with_: Described, *problems: ProblemType, needs_key: bool = True) -> dict[Any, Any]:
    """Describe a route's answers: the good one, and its problems by status."""
    doors = (UNAUTHORISED, FORBIDDEN, RATE_LIMITED, KEYS_UNAVAILABLE) if needs_key else ()
    all_kinds = sorted((*doors, *problems), key=lambda kind: kind.status)
    grouped = groupby(all_kinds, key=lambda kind: kind.status)
    return {200: with_} | {status: _problems(list(kinds)) for status, kinds in grouped}


def json_of(kind: type[msgspec.Struct]) -> Described:
    """Describe an answer of JSON."""
    return {
        "description": (kind.__doc__ or "").splitlines()[0],
        "content": {"application/json": {"schema": {"$ref": _PLACE.format(name=kind.__name__)}}},
    }


def text(media_type: str, about: str) -> Described:
    """Describe an answer that is no JSON of ours."""
    return {"description": about, "content": {media_type: {"schema": {"type": "string"}}}}


def describe(routes: Sequence[BaseRoute]) -> Described:
    """Return OpenAPI's document of some routes."""
    described = get_openapi(
        title="risk_platform scoring",
        summary="Probability of default of LendingClub loan applications.",
        description=_ABOUT,
        version=version("risk-platform"),
        routes=routes,
    )
    _, ours = msgspec.json.schema_components((*_ANSWERS, *_ORDERS), ref_template=_PLACE)
    asked = {"Application": application_schema(), "Batch": batch_schema()}
    return described | {
        "components": {
            "schemas": dict(ours) | asked,
            "securitySchemes": {SECURITY_SCHEME: {"type": "http", "scheme": "bearer"}},
        }
    }


def _takes(name: str, examples: Mapping[str, Described]) -> Described:
    content = {"schema": {"$ref": _PLACE.format(name=name)}, "examples": dict(examples)}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def _problems(kinds: list[ProblemType]) -> Described:
    examples = {kind.name: {"value": json.loads(example_of(kind))} for kind in kinds}
    schema = {"$ref": _PLACE.format(name=ProblemAnswer.__name__)}
    return {
        "description": "; ".join(kind.title for kind in kinds),
        "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}},
    }
