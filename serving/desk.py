"""The desk: applications in, answers out, and no answer before its decision is recorded.

Applications that arrive in one turn of the event loop are scored together, in one pass over arrays.
The writer's thread then commits together whatever has queued, so that neither a pass nor a commit
is paid for each of them.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from time import perf_counter
from typing import NamedTuple

from risk_platform.errors.base import RiskPlatformError
from risk_platform.handover.log.decisions import Appended, Decision, Outcome, Request
from risk_platform.handover.log.writer import Appending, Settled, Writer
from serving.champions import Champions
from serving.decided import Ask, decide
from serving.metrics import DeskMetrics
from serving.problems import IDEMPOTENCY_CONFLICT, ProblemError
from serving.reading import Application

# More would hold the event loop for longer than a commit takes.
MOST_TOGETHER = 64

Answers = tuple[str, ...]


class UndecidedError(RiskPlatformError):
    """An application was not decided, and the fault is ours."""

    def __str__(self) -> str:
        """Say so."""
        return "an application was not decided"


class _Arrival(NamedTuple):
    """An application that waits for its turn, and who waits for its answer."""

    application: Application
    ask: Ask
    answered: "asyncio.Future[Answers]"


class _Ticket(NamedTuple):
    """Decisions on their way to the log, and who waits for them."""

    decisions: Sequence[Decision]
    answered: "asyncio.Future[Answers]"


class Desk:
    """Who decides.

    Parameters
    ----------
    champions
        Which model answers.
    log
        Where decisions are recorded.
    counted
        Where they are counted.
    """

    def __init__(self, champions: Champions, log: Appending, counted: DeskMetrics) -> None:
        self._champions, self._counted = champions, counted
        self._writer = Writer[_Ticket](_Timed(log, counted), self._hand_back)
        self._arrived = deque[_Arrival]()
        # Beside the event loop, as a thousand applications take longer than others should wait; and
        # one batch after the other, as each thread more takes its share of the interpreter from it.
        self._batches = ThreadPoolExecutor(1, "batches")

    async def decide(self, application: Application, ask: Ask) -> bytes:
        """Decide one application, and return a ``ScoreAnswer`` as JSON.

        Raises
        ------
        NotReadyError, HandoverError
            There is no model, or the decision cannot be recorded.
        ProblemError
            The idempotency key stands for another request.
        """
        loop = asyncio.get_running_loop()
        if not self._arrived:
            loop.call_soon(self._decide_arrived)
        answered: asyncio.Future[Answers] = loop.create_future()
        self._arrived.append(_Arrival(application, ask, answered))
        (answer,) = await answered
        return answer.encode()

    async def decide_all(self, applications: Sequence[Application], ask: Ask) -> bytes:
        """Decide a batch, all or none, and return a ``BatchAnswer`` as JSON; as ``decide``."""
        model = self._champions.champion.model
        asked = [(one, _part(ask, place)) for place, one in enumerate(applications)]
        loop = asyncio.get_running_loop()
        decisions = await loop.run_in_executor(self._batches, decide, model, asked)
        answered: asyncio.Future[Answers] = loop.create_future()
        self._submit([_Ticket(decisions, answered)])
        return b'{"scores":[' + ",".join(await answered).encode() + b"]}"

    def close(self) -> None:
        """Record what waits, and take nothing more."""
        self._batches.shutdown(cancel_futures=True)
        self._writer.close()

    def _decide_arrived(self) -> None:
        """Decide those that wait, as many as may be decided together."""
        count = min(len(self._arrived), MOST_TOGETHER)
        turn = [self._arrived.popleft() for _ in range(count)]
        if self._arrived:
            asyncio.get_running_loop().call_soon(self._decide_arrived)
        why: RiskPlatformError = UndecidedError()
        try:
            model = self._champions.champion.model
            decisions = decide(model, [(one.application, one.ask) for one in turn])
            each = zip(decisions, turn, strict=True)
            self._submit([_Ticket((decision,), one.answered) for decision, one in each])
            turn.clear()
        except RiskPlatformError as error:
            why = error
        finally:
            # Whatever happened, nobody is left waiting.
            for one in turn:
                _fail(one.answered, why)

    def _submit(self, tickets: Sequence[_Ticket]) -> None:
        self._writer.submit_all([(ticket.decisions, ticket) for ticket in tickets])
        self._counted.queue.inc(sum(len(ticket.decisions) for ticket in tickets))

    def _hand_back(self, settled: list[Settled[_Ticket]]) -> None:
        """Wake the event loop once for all that a commit has settled; in the writer's thread."""
        loop = settled[0][0].answered.get_loop()
        # Of a loop that was closed nobody waits any more.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self._answer, settled)

    def _answer(self, settled: list[Settled[_Ticket]]) -> None:
        stored = Counter[str]()
        for ticket, became in settled:
            match became:
                case Appended(outcome=Outcome.CONFLICT):
                    said = "this Idempotency-Key came with another request before"
                    _fail(ticket.answered, ProblemError(IDEMPOTENCY_CONFLICT, said))
                case Appended(outcome=outcome, answers=answers):
                    if outcome is Outcome.STORED:
                        stored.update(decision.verdict for decision in ticket.decisions)
                    if not ticket.answered.done():
                        ticket.answered.set_result(answers)
                case error:
                    _fail(ticket.answered, error)
        self._counted.queue.dec(sum(len(ticket.decisions) for ticket, _ in settled))
        for verdict, count in stored.items():
            self._counted.scores.labels(verdict).inc(count)


class _Timed:
    """A log whose commits are timed."""

    def __init__(self, log: Appending, counted: DeskMetrics) -> None:
        self._log, self._counted = log, counted

    def append(self, requests: Sequence[Request]) -> list[Appended]:
        """Commit the decisions of requests."""
        began = perf_counter()
        try:
            became = self._log.append(requests)
        finally:
            self._counted.commit.observe(perf_counter() - began)
        self._counted.batch.observe(sum(map(len, requests)))
        return became


def _part(ask: Ask, place: int) -> Ask:
    """Return the ask of one application of a batch.

    The first bears the client's key, so that a batch and a single request of one key meet; the
    others bear what no client can send, as a key of theirs has no space.
    """
    key = ask.idempotency_key
    return replace(ask, idempotency_key=f"{key} {place}" if key and place else key)


def _fail(answered: "asyncio.Future[Answers]", error: RiskPlatformError) -> None:
    if not answered.done():
        answered.set_exception(error)
