"""The writer: one thread that commits together whatever has queued while it was at work.

It knows no event loop. Whoever submits hands over a ticket, and gets all tickets of a commit back
in one call, in the writer's thread: an event loop needs to be woken once for them.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass
from typing import Generic, TypeVar

from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.handover import LogUnavailableError, OverloadedError
from risk_platform.handover.database import ANSWER_SECONDS
from risk_platform.handover.log.decisions import Appended

# SQLite takes 32,766 values in a statement, a decision has 17 of them.
MOST_IN_A_COMMIT = 1_024
MOST_WAITING = 8_192
_GLANCE_SECONDS = 0.1
# Where many came most of the last times, the next commit waits so long for as many: it costs the
# same for one decision as for sixty. Who asks alone never waits, nor who comes behind a burst.
_MANY, _ENOUGH, _LINGER_SECONDS = 8, 64, 0.01

Work = TypeVar("Work", bound=Sized)
Ticket = TypeVar("Ticket")
Became = Appended | RiskPlatformError
Settled = tuple[Ticket, Became]


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Work, Ticket]):
    """A work that waits to be committed, and until when."""

    request: Work
    ticket: Ticket
    until: float
    is_settled: bool = False


class Writer(Generic[Work, Ticket]):
    """Commits decisions in the order in which they came.

    Parameters
    ----------
    commit
        Commits works, each one's decisions all or none, and says what became of each.
    settle
        Is called with all tickets that a commit, or its failure, has settled, each with what became
        of it; from threads of the writer's, and never twice for one ticket.
    patience_seconds
        After which a decision that is not committed counts as lost. It may be committed yet, where
        the database only answers late: asking again under the same idempotency key tells.

    Notes
    -----
    Nothing is retried: whoever asked is told at once, and asks again.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Work]], Sequence[Became]],
        settle: Callable[[list[Settled[Ticket]]], None],
        patience_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._append, self._tell, self._patience = commit, settle, patience_seconds
        self._changed = threading.Condition()
        self._queue = deque[_Waiting[Work, Ticket]]()
        self._at_work: list[_Waiting[Work, Ticket]] = []
        self._held = 0
        self._awaited, self._last = 1, deque[int]((0, 0, 0), maxlen=3)
        self._is_closing = False
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("decisions", self._write), ("overdue", self._watch))
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, request: Work, ticket: Ticket) -> None:
        """Queue the decisions of a request; of several all are committed, or none.

        Raises
        ------
        OverloadedError
            Too many wait already.
        LogUnavailableError
            The writer was closed, or has died.
        """
        self.submit_all([(request, ticket)])

    def submit_all(self, asked: Sequence[tuple[Work, Ticket]]) -> None:
        """Queue requests that come together, and wake the thread but once; as ``submit``.

        Woken for each, it would commit the first alone, and the others afterwards.
        """
        decisions = sum(len(request) for request, _ in asked)
        with self._changed:
            if self._is_closing:
                raise LogUnavailableError("the writer was closed")
            if self._held + decisions > MOST_WAITING:
                raise OverloadedError(self._held)
            self._held += decisions
            until = time.monotonic() + self._patience
            self._queue.extend(_Waiting(request, ticket, until) for request, ticket in asked)
            # Woken for less it would take the interpreter from who brings the others.
            if self._has_enough():
                self._changed.notify()

    @property
    def is_at_work(self) -> bool:
        """Whether its threads live, without which nothing is committed, or given up in time."""
        return all(thread.is_alive() for thread in self._threads)

    def close(self) -> None:
        """Commit what waits, take nothing more, and end."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        for thread in self._threads:
            thread.join(2 * self._patience)

    def _write(self) -> None:
        try:
            while turn := self._next():
                self._settle(turn, self._commit(turn))
        finally:
            # Whatever ended this thread, nobody is left waiting.
            with self._changed:
                self._is_closing = True
                left = [*self._at_work, *self._queue]
            self._settle(left, LogUnavailableError("the writer has ended"))
            self._ended.set()

    def _next(self) -> list[_Waiting[Work, Ticket]]:
        """Wait for requests and take as many as one commit holds; none: the writer is to end."""
        with self._changed:
            while True:
                if (usual := sorted(self._last)[1]) >= _MANY:
                    self._awaited = min(usual, _ENOUGH)
                    self._changed.wait_for(self._has_enough, _LINGER_SECONDS)
                    self._awaited = 1
                self._changed.wait_for(self._has_enough)
                self._at_work = self._taken()
                self._last.append(len(self._at_work))
                # Whatever waited may have been given up meanwhile.
                if self._at_work or self._is_closing:
                    return self._at_work

    def _taken(self) -> list[_Waiting[Work, Ticket]]:
        turn, room = list[_Waiting[Work, Ticket]](), MOST_IN_A_COMMIT
        while self._queue and (not turn or len(self._queue[0].request) <= room):
            turn.append(self._queue.popleft())
            room -= len(turn[-1].request)
        return turn

    def _has_enough(self) -> bool:
        return len(self._queue) >= self._awaited or self._is_closing

    def _commit(self, turn: list[_Waiting[Work, Ticket]]) -> Sequence[Became] | RiskPlatformError:
        try:
            return self._append([one.request for one in turn])
        except RiskPlatformError as error:
            return error

    def _watch(self) -> None:
        """Give up what has waited too long, be it in the queue or at a database that hangs."""
        while not self._ended.wait(_GLANCE_SECONDS):
            now = time.monotonic()
            with self._changed:
                overdue = [one for one in (*self._at_work, *self._queue) if one.until < now]
            if overdue:
                self._settle(overdue, LogUnavailableError(f"no answer in {self._patience} s"))

    def _settle(
        self,
        turn: list[_Waiting[Work, Ticket]],
        outcome: Sequence[Became] | RiskPlatformError,
    ) -> None:
        """Tell those who have not been told yet."""
        each = [outcome] * len(turn) if isinstance(outcome, RiskPlatformError) else outcome
        with self._changed:
            told = [(one, what) for one, what in zip(turn, each, strict=True) if not one.is_settled]
            for one, _ in told:
                one.is_settled = True
                self._held -= len(one.request)
            while self._queue and self._queue[0].is_settled:
                self._queue.popleft()
        if told:
            self._tell([(one.ticket, what) for one, what in told])
