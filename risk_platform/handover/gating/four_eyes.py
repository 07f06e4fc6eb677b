"""Four eyes: what one person asks for and another approves, and what speaks against either.

A request is an event, and open as long as the gate stands where it stood, for half an hour, until
it is approved once. What it lets go on is scoring, or the applications of a key that is suspended.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, select

from risk_platform.handover.gating.events import Action, ActorType, Cause, Trigger
from risk_platform.handover.gating.state import GateState, State
from risk_platform.handover.tables import DRIFT, GATE_EVENTS

REQUEST_MINUTES = 30
SHORTEST_REASON = 20
_REQUEST_US = REQUEST_MINUTES * 60_000_000
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRequest:
    """A resume that was asked for.

    Parameters
    ----------
    id
        Of the event.
    epoch
        The stop that it is to clear.
    key_id
        The suspended key that is to be served again; ``None``: scoring is to run again.
    by, reason
        Who asks, and why.
    at_us
        When, by the database's clock.
    evidence, incident
        As of ``Cause``.
    """

    id: str
    epoch: int
    key_id: str | None
    by: str
    reason: str
    at_us: int
    evidence: str | None
    incident: str | None

    @property
    def until_us(self) -> int:
        """Until when it can be approved."""
        return self.at_us + _REQUEST_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Somebody's yes to a request: who, to which stop, and whether it may be the one who asked."""

    by: str
    epoch: int
    cause: Cause
    may_be_own: bool


class Refusal(NamedTuple):
    """What speaks against a resume: a rule in a word, and a sentence."""

    rule: str
    sentence: str


_NO_PERSON = Refusal("actor", "people alone resume: no sensor, breaker or service does")
_NO_NAME = Refusal("author", "say who decides")
_SHORT = Refusal("reason", f"give a reason of at least {SHORTEST_REASON} characters")
_NO_DIGEST = Refusal("evidence", "evidence is the digest of a verdict of drift: 64 hex digits")
_DRIFTED = Refusal(
    "evidence",
    "scoring was stopped by drift: name the digest of a verdict of drift that was recorded since, "
    "as risk-platform gate status tells it",
)
_NOT_SUSPENDED = Refusal("key", "the key is not suspended, or was again since that was asked for")
_UNKNOWN = Refusal("unknown", "there is no such request: see the open ones by `gate status`")
_USED = Refusal("used", "the request was approved before: a new one is needed")
_EXPIRED = Refusal("expired", f"the request is older than {REQUEST_MINUTES} minutes: ask anew")
_SELF = Refusal("self-approval", "who asks for it cannot approve it: somebody else must")


def faults_of_request(
    connection: Connection, seen: GateState, asked: ResumeRequest, cause: Cause
) -> Iterator[Refusal]:
    """Yield what speaks against taking a request; nothing does, where there is nothing."""
    yield from _faults_of_author(asked.by, cause)
    if len(" ".join(asked.reason.split())) < SHORTEST_REASON:
        yield _SHORT
    if asked.evidence is not None and not _DIGEST.fullmatch(asked.evidence):
        yield _NO_DIGEST
    if asked.key_id is None and seen.state is State.RUNNING:
        yield _running(seen)
    if asked.epoch != seen.epoch:
        yield _other_epoch(asked.epoch, seen)
    if asked.key_id is not None and asked.key_id not in seen.suspended:
        yield _NOT_SUSPENDED
    if asked.key_id is None and _lacks_evidence(connection, asked.evidence):
        yield _DRIFTED


def approved(
    connection: Connection, seen: GateState, request_id: str, approval: Approval
) -> ResumeRequest | Refusal:
    """Return the request that an approval grants, or what speaks against that."""
    request = _find(connection, request_id)
    if request is None:
        return _UNKNOWN
    return next(_faults_of_approval(connection, seen, request, approval), request)


def _faults_of_author(by: str, cause: Cause) -> Iterator[Refusal]:
    if cause.actor_type is not ActorType.PERSON:
        yield _NO_PERSON
    if not by.strip():
        yield _NO_NAME


def _faults_of_approval(
    connection: Connection, seen: GateState, request: ResumeRequest, approval: Approval
) -> Iterator[Refusal]:
    yield from _faults_of_author(approval.by, approval.cause)
    if _is_used(connection, request):
        yield _USED
    if request.key_id is None and seen.state is State.RUNNING:
        yield _running(seen)
    if not approval.epoch == request.epoch == seen.epoch:
        named = request.epoch if approval.epoch == seen.epoch else approval.epoch
        yield _other_epoch(named, seen)
    if request.key_id is not None and not _is_still_suspended(connection, seen, request):
        yield _NOT_SUSPENDED
    if seen.now_us >= request.until_us:
        yield _EXPIRED
    if not approval.may_be_own and same_person(approval.by, request.by):
        yield _SELF


def same_person(one: str, other: str) -> bool:
    """Whether two names are one, however they are written: in what letters, with what blanks."""
    return _plain(one) == _plain(other)


def open_requests(connection: Connection, seen: GateState) -> list[ResumeRequest]:
    """Return the requests that could be approved, in the order in which they came."""
    sought = _requests().where(
        GATE_EVENTS.c.epoch == seen.epoch, GATE_EVENTS.c.at_us > seen.now_us - _REQUEST_US
    )
    rows = connection.execute(sought.order_by(GATE_EVENTS.c.sequence)).mappings()
    found = [_request(row) for row in rows]
    return [one for one in found if _is_open(connection, seen, one)]


def _find(connection: Connection, request_id: str) -> ResumeRequest | None:
    """Return a request, open or not; ``None``: there is none of this id."""
    sought = _requests().where(GATE_EVENTS.c.event_id == request_id)
    row = connection.execute(sought).mappings().one_or_none()
    return None if row is None else _request(row)


def _is_open(connection: Connection, seen: GateState, request: ResumeRequest) -> bool:
    if request.key_id is None:
        return seen.state is State.STOPPED and not _is_used(connection, request)
    return _is_still_suspended(connection, seen, request) and not _is_used(connection, request)


def _requests() -> Select[Any]:
    columns = ("event_id", "epoch", "key_id", "by_whom", "reason", "at_us", "evidence", "incident")
    chosen = [GATE_EVENTS.c[name] for name in columns]
    return select(*chosen).where(GATE_EVENTS.c.action == Action.REQUESTED)


def _request(row: RowMapping) -> ResumeRequest:
    fields = {name: row[name] for name in ("epoch", "key_id", "reason", "at_us")}
    told = {name: row[name] for name in ("evidence", "incident")}
    return ResumeRequest(id=row["event_id"], by=row["by_whom"], **fields, **told)


def _is_used(connection: Connection, request: ResumeRequest) -> bool:
    granted = GATE_EVENTS.c.action.in_((Action.RESUMED, Action.REINSTATED))
    return _is_there(connection, granted, GATE_EVENTS.c.request_id == request.id)


def _is_still_suspended(connection: Connection, seen: GateState, request: ResumeRequest) -> bool:
    """Whether a key is suspended, and was not again after its reinstatement was asked for."""
    asked = select(GATE_EVENTS.c.sequence).where(GATE_EVENTS.c.event_id == request.id)
    anew = (
        GATE_EVENTS.c.action == Action.SUSPENDED,
        GATE_EVENTS.c.key_id == request.key_id,
        GATE_EVENTS.c.sequence > asked.scalar_subquery(),
    )
    return request.key_id in seen.suspended and not _is_there(connection, *anew)


def evidence_for(connection: Connection) -> str | None:
    """Return the digest of the newest verdict that a resume may name; ``None``: it needs none.

    It is empty where drift stopped scoring, and no verdict was recorded since.
    """
    stopped_us = _stopped_by_drift_us(connection)
    if stopped_us is None:
        return None
    since = select(DRIFT.c.digest).where(DRIFT.c.at_us > stopped_us)
    newest = since.order_by(DRIFT.c.sequence.desc()).limit(1)
    return connection.execute(newest).scalar() or ""


def _lacks_evidence(connection: Connection, evidence: str | None) -> bool:
    """Whether drift stopped scoring since it ran last, and no verdict since then is named."""
    stopped_us = _stopped_by_drift_us(connection)
    if stopped_us is None:
        return False
    since = select(DRIFT.c.sequence).where(DRIFT.c.digest == evidence, DRIFT.c.at_us > stopped_us)
    return connection.execute(since.limit(1)).scalar() is None


def _stopped_by_drift_us(connection: Connection) -> int | None:
    """Return when drift stopped scoring last since that ran; ``None``: it did not."""
    ran = select(func.max(GATE_EVENTS.c.sequence)).where(GATE_EVENTS.c.state == State.RUNNING)
    stops = select(func.max(GATE_EVENTS.c.at_us)).where(
        GATE_EVENTS.c.sequence > func.coalesce(ran.scalar_subquery(), 0),
        GATE_EVENTS.c.action == Action.STOPPED,
        GATE_EVENTS.c.trigger_rule.startswith(Trigger.DRIFT.value),
    )
    return connection.execute(stops).scalar()


def _is_there(connection: Connection, *conditions: ColumnElement[bool]) -> bool:
    found = select(GATE_EVENTS.c.sequence).where(*conditions).limit(1)
    return connection.execute(found).scalar() is not None


def _running(seen: GateState) -> Refusal:
    return Refusal("running", f"scoring is not stopped: it runs since epoch {seen.epoch}")


def _other_epoch(named: int, seen: GateState) -> Refusal:
    said = f"epoch {named} is named, and the gate is at epoch {seen.epoch}: see why, and ask anew"
    return Refusal("epoch", said)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
