"""The desk: applications in, answers out, and no answer before its decision is recorded.

What arrives in one turn of the event loop goes to the writer's thread together, which decides and
commits at once all that has queued while it was at work: see ``recorder``.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import NamedTuple, ParamSpec, TypeVar

from risk_platform.errors.base import RiskPlatformError
from risk_platform.handover.log.decisions import Appended, Outcome
from risk_platform.handover.log.writer import Settled, Writer
from serving.breaker import Breaker
from serving.champions import Champions
from serving.decided import Ask, decide
from serving.metrics import DeskMetrics
from serving.problems import IDEMPOTENCY_CONFLICT, KEY_SUSPENDED, ProblemError
from serving.reading import Application
from serving.recorder import Recorder, Records, Undecided, Work

Answers = tuple[str, ...]
_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


class _Ticket(NamedTuple):
    """Who waits for the answers of so many decisions."""

    decisions: int
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
    breaker
        Who looks at what was recorded.
    """

    def __init__(
        self, champions: Champions, log: Records, counted: DeskMetrics, breaker: Breaker
    ) -> None:
        self._champions, self._counted = champions, counted
        recorder = Recorder(champions, log, counted, breaker)
        self._writer = Writer[Work, _Ticket](recorder.record, self._hand_back)
        self._arrived: list[tuple[Work, _Ticket]] = []
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
        UndecidedError
            The model failed.
        """
        (answer,) = await self._recorded(Undecided(application, ask))
        return answer.encode()

    async def decide_all(self, applications: Sequence[Application], ask: Ask) -> bytes:
        """Decide a batch, all or none, and return a ``BatchAnswer`` as JSON; as ``decide``."""
        model = self._champions.champion.model
        asked = [(one, _part(ask, place)) for place, one in enumerate(applications)]
        decisions = await self.in_turn(decide, model, asked)
        return b'{"scores":[' + ",".join(await self._recorded(decisions)).encode() + b"]}"

    async def in_turn(
        self, act: Callable[_Given, _Made], *given: _Given.args, **named: _Given.kwargs
    ) -> _Made:
        """Do something for a batch when it is its turn, beside the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._batches, partial(act, *given, **named))

    @property
    def is_writing(self) -> bool:
        """Whether decisions can be recorded, as far as this process is concerned."""
        return self._writer.is_at_work

    def close(self) -> None:
        """Record what waits, and take nothing more."""
        self._batches.shutdown(cancel_futures=True)
        self._writer.close()

    def _recorded(self, work: Work) -> "asyncio.Future[Answers]":
        """Return what the answers to a work will be, once its decisions are recorded."""
        loop = asyncio.get_running_loop()
        if not self._arrived:
            loop.call_soon(self._submit_arrived)
        ticket = _Ticket(len(work), loop.create_future())
        self._arrived.append((work, ticket))
        return ticket.answered

    def _submit_arrived(self) -> None:
        arrived, self._arrived = self._arrived, []
        try:
            self._writer.submit_all(arrived)
        except RiskPlatformError as error:
            for _, ticket in arrived:
                _fail(ticket.answered, error)
        else:
            self._counted.queue.inc(sum(ticket.decisions for _, ticket in arrived))

    def _hand_back(self, settled: list[Settled[_Ticket]]) -> None:
        """Wake the event loop once for all that a commit has settled; in the writer's thread."""
        loop = settled[0][0].answered.get_loop()
        # Of a loop that was closed nobody waits any more.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self._answer, settled)

    def _answer(self, settled: list[Settled[_Ticket]]) -> None:
        for (_, answered), became in settled:
            match became:
                case Appended(outcome=Outcome.CONFLICT):
                    said = "this Idempotency-Key came with another request before"
                    _fail(answered, ProblemError(IDEMPOTENCY_CONFLICT, said))
                case Appended(outcome=Outcome.SUSPENDED):
                    said = "the key is suspended: who watches over the service says why"
                    _fail(answered, ProblemError(KEY_SUSPENDED, said))
                case Appended(answers=answers):
                    if not answered.done():
                        answered.set_result(answers)
                case error:
                    _fail(answered, error)
        self._counted.queue.dec(sum(ticket.decisions for ticket, _ in settled))


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
