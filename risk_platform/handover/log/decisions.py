"""Decisions: what the service answered, to what, and by which model. Written once, never changed.

A decision is committed by the very statement that looks at the gate, so that none commits after a
stop. See ``docs/decisions/0019-a-decision-and-the-gate-in-one-statement.md``.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

import msgspec
from sqlalchemy import RowMapping, func, select, tuple_
from sqlalchemy.exc import IntegrityError

from risk_platform.errors.handover import (
    LogUnavailableError,
    RepeatedDecisionError,
    UnknownDecisionError,
)
from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.insertion import COLUMNS, insertion
from risk_platform.handover.tables import DECISIONS

KeptInputs = NewType("KeptInputs", str)
"""An application as it was sent, as JSON, but for what no model reads."""

_READ = frozenset(INPUT_COLUMNS)
_PAGE = 1_000
_TRIES = 3


def kept_inputs(given: Mapping[str, float | str | bool | None]) -> KeptInputs:
    """Return what is logged of an application: the columns that a model may read, as given.

    Job titles, descriptions and postal codes are not among them: they are stored nowhere.
    """
    kept = {name: value for name, value in given.items() if name in _READ}
    return KeptInputs(msgspec.json.encode(kept).decode())


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One application and what was answered.

    Parameters
    ----------
    id
        UUID of version 7, from ``handover.ids``.
    at_us
        When: microseconds since 1970, UTC.
    key_id, idempotency_key
        Who asked, and the name that the request was given, if any: unique together. Of a batch the
        first decision has it, and each other one of its own, which no request can be given.
    body_digest
        SHA-256 of the request, in hex: of its route, its wishes and its body.
    inputs, features_digest
        What was sent, but for what is not kept, and SHA-256 of what the model saw of it, in hex.
    pd, points, verdict, reasons
        What came of it; reasons as JSON.
    model_version, model_digest, policy_version
        What it came by.
    segment
        Number of the borrower's segment, 1 the largest.
    latency_us
        From the request's arrival to its hand-over to the log, in microseconds.
    answer
        JSON that was sent, or would have been.
    """

    id: str
    at_us: int
    key_id: str
    idempotency_key: str | None
    body_digest: str
    inputs: KeptInputs
    features_digest: str
    pd: float
    points: int
    verdict: str
    reasons: str
    model_version: int
    model_digest: str
    policy_version: str
    segment: int
    latency_us: int
    answer: str


class Outcome(StrEnum):
    """What became of a request."""

    STORED = "stored"
    REPLAYED = "replayed"
    CONFLICT = "conflict"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a request's decisions.

    Parameters
    ----------
    outcome
        Stored; replayed, where the same request was answered earlier; in conflict, where another
        one bore its idempotency key; or suspended, as the API key is that asked.
    answers
        What to send, one for each decision: of a replay what was sent then, of others none.
    """

    outcome: Outcome
    answers: tuple[str, ...]


Request = Sequence[Decision]
_CONFLICT = Appended(Outcome.CONFLICT, ())
_SUSPENDED = Appended(Outcome.SUSPENDED, ())


class DecisionLog:
    """The log of one database.

    Parameters
    ----------
    database
        Where it is kept. Each method raises ``LogUnavailableError`` where that does not answer.
    gate
        The gate of the same database, where somebody bears witness to that; ``None``: a plain one.
    """

    def __init__(self, database: Database, gate: Gate | None = None) -> None:
        self._database, self._gate = database, gate or Gate(database)
        self._insert = insertion(database.engine.dialect)

    def append(self, requests: Sequence[Request]) -> list[Appended]:
        """Commit the decisions of requests, each request's all or none, in one statement.

        Where one of them was answered before, the others are committed in a second one.

        Raises
        ------
        ServingStoppedError
            Scoring is stopped: nothing was written, and nobody may be answered, not even again.
        RepeatedDecisionError
            An id is taken; nothing was written that bears no idempotency key.
        """
        waiting, found = dict(enumerate(requests)), dict[int, Appended]()
        while waiting:
            turn = _without_repeats(waiting)
            became = self._commit(turn) or self._answered_before(turn)
            if not became:
                raise RepeatedDecisionError
            found |= became
            waiting = {n: request for n, request in waiting.items() if n not in became}
        return [found[n] for n in range(len(requests))]

    def get(self, decision_id: str) -> Decision:
        """Return one decision.

        Raises
        ------
        UnknownDecisionError
            There is none of this id.
        """
        sought = select(*COLUMNS).where(DECISIONS.c.id == decision_id)
        with self._database.reading() as connection:
            row = connection.execute(sought).mappings().one_or_none()
        if row is None:
            raise UnknownDecisionError(decision_id)
        return _decision(row)

    def window(self, since_us: int, until_us: int) -> Iterator[Decision]:
        """Yield the decisions from one moment on and before another, in order, page by page."""
        at = tuple_(DECISIONS.c.at_us, DECISIONS.c.id)
        pages = (
            select(*COLUMNS)
            .where(DECISIONS.c.at_us >= since_us, DECISIONS.c.at_us < until_us)
            .order_by(DECISIONS.c.at_us, DECISIONS.c.id)
            .limit(_PAGE)
        )
        page = pages
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(page).mappings().all()
            yield from map(_decision, rows)
            if len(rows) < _PAGE:
                return
            page = pages.where(at > tuple_(rows[-1]["at_us"], rows[-1]["id"]))

    def count(self) -> int:
        """Return how many decisions it holds."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(DECISIONS)).scalar_one()

    def _commit(self, requests: Mapping[int, Request]) -> dict[int, Appended]:
        """Commit requests if scoring runs; return nothing where one of them was there before."""
        decisions = list(itertools.chain.from_iterable(requests.values()))
        for _ in range(_TRIES):
            witnessed = self._gate.witnessed
            try:
                with self._database.statement() as connection:
                    written = self._insert(connection, decisions, witnessed)
            except IntegrityError:
                return {}
            if written == len(decisions):
                return {n: _stored(request) for n, request in requests.items()}
            if written:
                return self._those_stored(requests)
            # It may run again by now: then the statement is worth another try.
            state = self._gate.look()
            state.demand_running()
            if state.suspended.issuperset(one.key_id for one in decisions):
                return dict.fromkeys(requests, _SUSPENDED)
        raise LogUnavailableError("the gate moved all the while")

    def _those_stored(self, requests: Mapping[int, Request]) -> dict[int, Appended]:
        """Tell which requests were written, where those of suspended keys were left out."""
        ids = [request[0].id for request in requests.values()]
        with self._database.reading() as connection:
            sought = select(DECISIONS.c.id).where(DECISIONS.c.id.in_(ids))
            there = frozenset(connection.execute(sought).scalars())
        return {
            n: _stored(request) if request[0].id in there else _SUSPENDED
            for n, request in requests.items()
        }

    def _answered_before(self, requests: Mapping[int, Request]) -> dict[int, Appended]:
        """Return the requests of which decisions are in the log, with what became of them."""
        names = {_name(one): n for n, request in requests.items() for one in request}
        key = (DECISIONS.c.key_id, DECISIONS.c.idempotency_key)
        sought = select(*key, DECISIONS.c.body_digest, DECISIONS.c.answer).where(
            tuple_(*key).in_([name for name in names if name[1] is not None])
        )
        with self._database.reading() as connection:
            state = self._gate.state_in(connection)
            state.demand_running()
            held = {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(sought)}
        replayed = {
            n: _replayed([held.get(_name(one)) for one in requests[n]], requests[n])
            for n in {names[name] for name in held}
        }
        refused = [n for n, request in requests.items() if request[0].key_id in state.suspended]
        return replayed | dict.fromkeys(refused, _SUSPENDED)


def _without_repeats(requests: Mapping[int, Request]) -> dict[int, Request]:
    """Return the requests that share no idempotency key with one before them."""
    seen, kept = set[tuple[str, str | None]](), dict[int, Request]()
    for n, request in requests.items():
        names = {_name(one) for one in request if one.idempotency_key is not None}
        if seen.isdisjoint(names):
            kept[n] = request
        seen |= names
    return kept


def _name(decision: Decision) -> tuple[str, str | None]:
    return decision.key_id, decision.idempotency_key


def _stored(request: Request) -> Appended:
    return Appended(Outcome.STORED, tuple(one.answer for one in request))


def _replayed(held: Sequence[tuple[str, str] | None], request: Request) -> Appended:
    """Tell a request that was answered before from another one under its key."""
    digests = {before and before[0] for before in held}
    if digests != {request[0].body_digest}:
        return _CONFLICT
    return Appended(Outcome.REPLAYED, tuple(before[1] for before in held if before))


def _decision(row: RowMapping) -> Decision:
    return Decision(**row)
