"""The recorder: from applications that wait to decisions in the log, in the writer's thread.

All that has queued since the last commit is decided in one pass over arrays and committed in one
statement, so that neither is paid for each application. The event loop reads and answers meanwhile:
most of a pass, and of a commit, runs without the interpreter's lock.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.models import NotReadyError
from risk_platform.handover.log.decisions import Appended, Outcome, Request
from risk_platform.handover.models.loaded import LoadedModel
from serving.breaker import Breaker, Judged
from serving.champions import Champions
from serving.decided import Ask, Asked, decide
from serving.metrics import DeskMetrics
from serving.reading import Application

log = logging.getLogger("serving.recorder")


class UndecidedError(RiskPlatformError):
    """An application was not decided, and the fault is ours."""

    def __str__(self) -> str:
        """Say so."""
        return "an application was not decided"


@dataclass(frozen=True, slots=True)
class Undecided:
    """An application that is to be decided, and what came with it."""

    application: Application
    ask: Ask

    def __len__(self) -> int:
        """Return how many decisions it will be."""
        return 1


Work = Undecided | Judged
"""An application, or a batch that was decided elsewhere: it would hold up all others here."""


class Records(Protocol):
    """What records decisions: a ``DecisionLog``."""

    def append(self, requests: Sequence[Request]) -> list[Appended]:
        """Commit the decisions of requests, each request's all or none."""
        ...


class Recorder:
    """Who decides what is not decided yet, and records everything.

    Parameters
    ----------
    champions
        Which model answers.
    log
        Where decisions are recorded.
    counted
        Where they are counted, and their commits timed.
    breaker
        Who looks at what was recorded.
    """

    def __init__(
        self, champions: Champions, log: Records, counted: DeskMetrics, breaker: Breaker
    ) -> None:
        self._champions, self._log, self._counted = champions, log, counted
        self._breaker = breaker

    def record(self, works: Sequence[Work]) -> list[Appended | RiskPlatformError]:
        """Commit the decisions of works, each one's all or none, and say what became of each.

        Raises
        ------
        HandoverError
            Nothing was committed.
        """
        asked = [(work.application, work.ask) for work in works if isinstance(work, Undecided)]
        decided = iter(self._decided(asked))
        judged = [next(decided) if isinstance(work, Undecided) else work for work in works]
        committed = iter(
            self._committed([one for one in judged if not isinstance(one, RiskPlatformError)])
        )
        return [one if isinstance(one, RiskPlatformError) else next(committed) for one in judged]

    def _decided(self, asked: Sequence[Asked]) -> list[Judged | RiskPlatformError]:
        if not asked:
            return []
        try:
            all_of_them = decide(self._champions.champion.model, asked)
        except NotReadyError as error:
            return [error] * len(asked)
        except Exception:
            # Whatever it is about one of them: the others are decided, and so is who comes next.
            if len(asked) > 1:
                return [one for each in asked for one in self._decided([each])]
            log.exception("an application was not decided")
            return [UndecidedError()]
        return [
            Judged((decision,), all_of_them.marks[at : at + 1])
            for at, decision in enumerate(all_of_them.decisions)
        ]

    def _committed(self, judged: Sequence[Judged]) -> list[Appended]:
        if not judged:
            return []
        requests = [one.decisions for one in judged]
        began = perf_counter()
        try:
            became = self._log.append(requests)
        finally:
            self._counted.commit.observe(perf_counter() - began)
        self._counted.batch.observe(sum(map(len, requests)))
        self._count(requests, became)
        self._look_at(judged, became)
        return became

    def _look_at(self, judged: Sequence[Judged], became: Sequence[Appended]) -> None:
        """Show the breaker what was recorded, and is of the model that answers."""
        model = self._champions.champion.model
        pairs = zip(judged, became, strict=True)
        stored = [one for one, of in pairs if of.outcome is Outcome.STORED and of_model(one, model)]
        if stored:
            self._breaker.see(model, stored)

    def _count(self, requests: Sequence[Request], became: Sequence[Appended]) -> None:
        verdicts = Counter(
            decision.verdict
            for request, of in zip(requests, became, strict=True)
            if of.outcome is Outcome.STORED
            for decision in request
        )
        for verdict, count in verdicts.items():
            self._counted.scores.labels(verdict).inc(count)


def of_model(judged: Judged, model: LoadedModel) -> bool:
    """Whether a model decided it: a batch may have come by the one before."""
    return judged.decisions[0].model_digest == model.digest
