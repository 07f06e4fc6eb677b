"""Routes of the gate: how scoring stands, stopping it, and letting it run again by two people.

Who acts is the key that is shown, by its name: nobody says of himself who he is.
"""

from fastapi import APIRouter, Request, Response

from risk_platform.handover.access.roles import Role
from risk_platform.handover.clock import iso_of
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.advice import advice
from risk_platform.handover.gating.events import Cause
from risk_platform.handover.gating.four_eyes import ResumeRequest
from risk_platform.handover.gating.state import GateState
from serving.answering import is_id, json_answer, of_gate, service_behind
from serving.guards import GuardedRoute, needs, takes
from serving.openapi import REQUEST_ID, answers, json_of, takes_order
from serving.orders import ApprovalOrder, ResumeOrder, StopOrder, read_order
from serving.problems import (
    INVALID_ORDER,
    MALFORMED,
    NOT_FOUND,
    RESUME_REFUSED,
    STATE_UNAVAILABLE,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    ProblemError,
)
from serving.schemas import MoveAnswer, RequestAnswer, StateAnswer
from serving.visits import Visit

MOST_BYTES_OF_ORDER = 16 * 1024

_REFUSALS_OF_ORDERS = (
    MALFORMED,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    INVALID_ORDER,
    STATE_UNAVAILABLE,
)
_OF_ORDERS = takes(MOST_BYTES_OF_ORDER)

router = APIRouter(route_class=GuardedRoute)


@router.get(
    "/serving-state",
    openapi_extra=needs(Role.READ, Role.OPERATE, Role.RESUME),
    responses=answers(json_of(StateAnswer), STATE_UNAVAILABLE),
)
async def serving_state(request: Request) -> Response:
    """Say whether scoring runs, and who moved the gate last and why.

    Why is a sentence, in which a stop by drift names inputs and figures: a key of the role read
    finds the same in ``/drift-status``. Who may stop or resume is told more: on what record it was
    stopped, what is to be done, what was asked for, and which keys are suspended.
    """
    return json_answer(await of_gate(_told, service_behind(request).gate, _watches_over(request)))


@router.post(
    "/serving-state/stop",
    openapi_extra=needs(Role.OPERATE) | _OF_ORDERS | takes_order(StopOrder),
    responses=answers(json_of(StateAnswer), *_REFUSALS_OF_ORDERS),
)
async def stop(request: Request) -> Response:
    """Stop scoring: once this is answered, no decision is committed any more."""
    order = read_order(request.state.body, StopOrder)
    gate, cause = service_behind(request).gate, Cause(incident=order.incident)
    await of_gate(gate.pause, _who(request), order.reason, cause=cause)
    return json_answer(await of_gate(_told, gate, _watches_over(request)))


@router.post(
    "/serving-state/resume-requests",
    openapi_extra=needs(Role.RESUME) | _OF_ORDERS | takes_order(ResumeOrder),
    responses=answers(json_of(RequestAnswer), RESUME_REFUSED, *_REFUSALS_OF_ORDERS),
)
async def ask_for_resume(request: Request) -> Response:
    """Ask that scoring run again, or a suspended key be served; another key approves it."""
    order = read_order(request.state.body, ResumeOrder)
    asked = await of_gate(
        service_behind(request).gate.resumes.request,
        _who(request),
        order.reason,
        int(order.epoch),
        key_id=order.key_id,
        cause=Cause(evidence=order.evidence, incident=order.incident),
    )
    return json_answer(_request_answer(asked))


@router.post(
    "/serving-state/resume-requests/{request_id}/approval",  # noqa: FAST003
    openapi_extra=needs(Role.RESUME)
    | _OF_ORDERS
    | takes_order(ApprovalOrder)
    | {"parameters": [REQUEST_ID]},
    responses=answers(json_of(StateAnswer), NOT_FOUND, RESUME_REFUSED, *_REFUSALS_OF_ORDERS),
)
async def approve_resume(request: Request) -> Response:
    """Approve what was asked for by another key, within half an hour, for the stop it was for."""
    order = read_order(request.state.body, ApprovalOrder)
    request_id = request.path_params["request_id"]
    if not is_id(request_id):
        raise ProblemError(NOT_FOUND, "no request has such an id")
    gate = service_behind(request).gate
    await of_gate(gate.resumes.approve, request_id, _who(request), int(order.epoch))
    return json_answer(await of_gate(_told, gate, _watches_over(request)))


def _who(request: Request) -> str:
    """Return the name of the key that was shown."""
    visit: Visit = request.scope["visit"]
    return visit.holder.name if visit.holder else ""


def _watches_over(request: Request) -> bool:
    visit: Visit = request.scope["visit"]
    roles = visit.holder.roles if visit.holder else frozenset[str]()
    return not roles.isdisjoint((Role.OPERATE, Role.RESUME))


def _told(gate: Gate, in_full: bool) -> StateAnswer:  # noqa: FBT001 - called by position
    """Return what is told of a gate, in full to who watches over it.

    It looks, as a stop that is being committed is known to the witness first: then this waits for
    the commit, and tells who stopped it and why.
    """
    state, requests = gate.look(), gate.resumes.open()
    return StateAnswer(
        state=state.effective,
        epoch=state.epoch,
        since=iso_of(state.at_us),
        by=state.by,
        reason=state.reason,
        lease_seconds=round(state.lease_seconds, 3),
        what_to_do=advice(state, gate.rules, requests, gate.resumes.evidence()) if in_full else "",
        suspended_keys=tuple(sorted(state.suspended)) if in_full else (),
        requests=tuple(map(_request_answer, requests)) if in_full else (),
        # Of what is known only to the witness yet, the last record is that of the move before.
        move=_move_answer(gate, state) if in_full and not state.is_older else None,
    )


def _request_answer(asked: ResumeRequest) -> RequestAnswer:
    return RequestAnswer(
        request_id=asked.id,
        epoch=asked.epoch,
        key_id=asked.key_id,
        by=asked.by,
        reason=asked.reason,
        at=iso_of(asked.at_us),
        until=iso_of(asked.until_us),
        evidence=asked.evidence,
        incident=asked.incident,
    )


def _move_answer(gate: Gate, state: GateState) -> MoveAnswer | None:
    """Return by what the gate was moved last, where that is on record."""
    cause = gate.cause(state.epoch)
    if cause is None:
        return None
    since_us, until_us = cause.window_us or (None, None)
    return MoveAnswer(
        actor_type=cause.actor_type,
        trigger=cause.trigger,
        evidence=cause.evidence,
        window_from=None if since_us is None else iso_of(since_us),
        window_until=None if until_us is None else iso_of(until_us),
        decisions=cause.decisions,
        model_digest=cause.model_digest,
        incident=cause.incident,
    )
