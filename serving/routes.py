"""Routes: what can be asked of the service, of whom it is open to, and how large it may be."""

import asyncio
import hashlib
import re
from urllib.parse import parse_qsl

import msgspec
from fastapi import APIRouter, Request, Response

from risk_platform.handover.access.roles import Role
from risk_platform.handover.clock import iso_of
from risk_platform.handover.log.decisions import Decision
from serving import gate_routes, metrics
from serving.answering import JSON, is_id, json_answer, of_gate, service_behind
from serving.application_schema import application_schema
from serving.decided import Ask
from serving.desk import Desk
from serving.drift import drift_answer
from serving.guards import GuardedRoute, needs, open_to_all, owe, takes
from serving.openapi import (
    DECISION_ID,
    EXPLAIN,
    IDEMPOTENCY_KEY,
    answers,
    json_of,
    takes_application,
    takes_batch,
    text,
)
from serving.problems import (
    IDEMPOTENCY_CONFLICT,
    INVALID_APPLICATION,
    INVALID_PARAMETER,
    KEY_SUSPENDED,
    LOG_UNAVAILABLE,
    MALFORMED,
    MODEL_GONE,
    MODEL_UNVERIFIED,
    NOT_FOUND,
    OVERLOADED,
    SERVING_STOPPED,
    STATE_UNAVAILABLE,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    ProblemError,
)
from serving.reading import Application, read_application, read_batch
from serving.replay import replay
from serving.schemas import (
    BatchAnswer,
    DecisionAnswer,
    DriftAnswer,
    HealthAnswer,
    ModelAnswer,
    ReplayAnswer,
    ScoreAnswer,
)
from serving.visits import Visit

MOST_BYTES, MOST_BYTES_OF_BATCH = 64 * 1024, 5 * 1024 * 1024
# One is decided after the other: the last of them waits for two seconds or so. Of those beyond them
# not even the bodies are in memory.
MOST_BATCHES = 8

_REFUSALS_OF_SCORES = (
    MALFORMED,
    INVALID_PARAMETER,
    IDEMPOTENCY_CONFLICT,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    INVALID_APPLICATION,
    KEY_SUSPENDED,
    SERVING_STOPPED,
    LOG_UNAVAILABLE,
    OVERLOADED,
    MODEL_UNVERIFIED,
)
_OF_BATCHES = takes(MOST_BYTES_OF_BATCH, MOST_BATCHES)
_PARAMETERS = {"parameters": [IDEMPOTENCY_KEY, EXPLAIN]}
_DECISION_ID = {"parameters": [DECISION_ID]}
_IDEMPOTENCY_KEY = re.compile(rb"[!-~]{1,255}")
_TRUTHS = {"true": True, "false": False}

router = APIRouter(route_class=GuardedRoute)


@router.post(
    "/predict",
    openapi_extra=needs(Role.SCORE) | takes(MOST_BYTES) | takes_application() | _PARAMETERS,
    responses=answers(json_of(ScoreAnswer), *_REFUSALS_OF_SCORES),
)
async def predict(request: Request) -> Response:
    """Decide one application.

    Every field may be left out; the answer lists those that the model would have read. Without
    `issue_d` the loan counts as applied for this month.
    """
    ask = _ask(request)
    application = read_application(request.state.body)
    return Response(await _desk(request).decide(application, ask), media_type=JSON)


@router.post(
    "/predict/batch",
    openapi_extra=needs(Role.SCORE) | _OF_BATCHES | takes_batch() | _PARAMETERS,
    responses=answers(json_of(BatchAnswer), *_REFUSALS_OF_SCORES),
)
async def predict_batch(request: Request) -> Response:
    """Decide up to 1,000 applications together: all of them, or none.

    Against the key's rate each of them counts: who sent many waits before the next request.
    """
    desk = _desk(request)
    ask, applications = await desk.in_turn(_batch, request)
    owe(request, len(applications) - 1)
    return Response(await desk.decide_all(applications, ask), media_type=JSON)


@router.get(
    "/decisions/{decision_id}",  # noqa: FAST003 - read from the request, as everything here
    openapi_extra=needs(Role.READ) | _DECISION_ID,
    responses=answers(json_of(DecisionAnswer), NOT_FOUND, LOG_UNAVAILABLE),
)
async def decision(request: Request) -> Response:
    """Show a decision as it stands in the log."""
    found = await _decision(request)
    answer = DecisionAnswer(
        decision_id=found.id,
        at=iso_of(found.at_us),
        key_id=found.key_id,
        inputs=msgspec.Raw(found.inputs),
        features_digest=found.features_digest,
        latency_us=found.latency_us,
        answer=msgspec.Raw(found.answer),
    )
    return json_answer(answer)


@router.get(
    "/decisions/{decision_id}/replay",  # noqa: FAST003
    openapi_extra=needs(Role.READ) | _DECISION_ID,
    responses=answers(
        json_of(ReplayAnswer), NOT_FOUND, MODEL_GONE, MODEL_UNVERIFIED, LOG_UNAVAILABLE
    ),
)
async def replayed(request: Request) -> Response:
    """Decide a decision of the log again, by the model that it came by, and say what differs."""
    service = service_behind(request)
    found = await _decision(request)
    answer = await asyncio.to_thread(replay, found, service.champions, service.cache)
    return json_answer(answer)


@router.get(
    "/drift-status",
    openapi_extra=needs(Role.READ),
    responses=answers(json_of(DriftAnswer), LOG_UNAVAILABLE),
)
async def drift_status(request: Request) -> Response:
    """Say how far those who apply have drifted from those whom the model was trained on."""
    service = service_behind(request)
    last, closing = await asyncio.to_thread(service.drift.last_two)
    return json_answer(drift_answer(last, closing, service.champions.version))


@router.get(
    "/model",
    openapi_extra=needs(Role.READ),
    responses=answers(json_of(ModelAnswer), MODEL_UNVERIFIED),
)
async def model(request: Request) -> Response:
    """Say which model answers, how it was made, and how good it was on the test split."""
    champion = service_behind(request).champions.champion
    card = champion.model.bundle.card
    answer = ModelAnswer(
        name=card.name,
        version=champion.model.version,
        digest=champion.model.digest,
        protocol=card.protocol,
        created_at=card.created_at,
        loaded_at=champion.loaded_at.isoformat(timespec="seconds"),
        contract=card.contract,
        run_id=card.run_id,
        metrics=dict(card.metrics),
        features=card.features,
    )
    return json_answer(answer)


@router.get(
    "/schema",
    openapi_extra=needs(Role.READ),
    responses=answers({"description": "JSON Schema of an application"}),
)
async def schema(request: Request) -> Response:
    """Say what an application may hold, as JSON Schema."""
    del request
    return json_answer(application_schema())


@router.get(
    "/metrics",
    openapi_extra=needs(Role.READ, Role.OPERATE),
    responses=answers(text("text/plain", "Prometheus' text form")),
)
async def scrape(request: Request) -> Response:
    """Give the metrics of all workers to Prometheus."""
    counted: metrics.Metrics = request.app.state.metrics
    return Response(counted.render(), headers={"content-type": metrics.CONTENT_TYPE})


@router.get(
    "/health/live",
    openapi_extra=open_to_all(),
    responses=answers(json_of(HealthAnswer), needs_key=False),
)
async def live(request: Request) -> Response:
    """Answer as long as the process runs."""
    del request
    return json_answer(HealthAnswer("alive"))


@router.get(
    "/health/ready",
    openapi_extra=needs(Role.READ, Role.OPERATE),
    responses=answers(json_of(HealthAnswer), MODEL_UNVERIFIED, SERVING_STOPPED, STATE_UNAVAILABLE),
)
async def ready(request: Request) -> Response:
    """Answer 200 when a model is loaded and scoring runs, 503 and why when not."""
    version = service_behind(request).champions.champion.model.version
    (await of_gate(service_behind(request).gate.state)).demand_running()
    return json_answer(HealthAnswer("ready", version))


# Behind what is asked most.
router.routes.extend(gate_routes.router.routes)


def _desk(request: Request) -> Desk:
    return request.app.state.desk


def _ask(request: Request) -> Ask:
    """Return what came with an application.

    Raises
    ------
    ProblemError
        A parameter or header is none of ours.
    """
    visit: Visit = request.scope["visit"]
    explain = _explain(request.scope["query_string"])
    # What a request asks for: the same body on another route, or with another wish, is another.
    digest = hashlib.sha256(f"{visit.route}?explain={explain}\n".encode())
    digest.update(request.state.body)
    return Ask(
        key=visit.holder.id if visit.holder else "",
        idempotency_key=_idempotency_key(visit),
        body_digest=digest.hexdigest(),
        explain=explain,
        arrived=visit.started,
    )


def _batch(request: Request) -> tuple[Ask, list[Application]]:
    """Read a batch and what came with it, both of which takes long for a body that is large."""
    return _ask(request), read_batch(request.state.body)


async def _decision(request: Request) -> Decision:
    """Return the decision that the path names.

    Raises
    ------
    ProblemError, HandoverError
        There is none, or the log does not answer.
    """
    decision_id = request.path_params["decision_id"]
    if not is_id(decision_id):
        raise ProblemError(NOT_FOUND, "no decision has such an id")
    return await asyncio.to_thread(service_behind(request).log.get, decision_id)


def _idempotency_key(visit: Visit) -> str | None:
    given = visit.headers.get(b"idempotency-key")
    if given is None:
        return None
    if not _IDEMPOTENCY_KEY.fullmatch(given):
        raise ProblemError(
            INVALID_PARAMETER, "Idempotency-Key has 1 to 255 visible ASCII characters"
        )
    return given.decode()


def _explain(query: bytes) -> bool:
    if not query:
        return False
    match parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        case [("explain", ("true" | "false") as given)]:
            return _TRUTHS[given]
    raise ProblemError(INVALID_PARAMETER, "the query is nothing, explain=true or explain=false")
