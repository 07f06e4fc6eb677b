"""The desk: an application in, an answer out."""

from dataclasses import dataclass
from typing import Protocol

import msgspec

from serving.reading import Application
from serving.schemas import BatchAnswer, ScoreAnswer
from serving.service import ScoringService


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What comes with an application.

    Parameters
    ----------
    key
        Id of the key that was shown.
    request_id
        Of the request.
    idempotency_key
        The client's name for it, up to 255 visible ASCII characters; empty: it has none.
    body
        What was sent.
    explain
        Whether reasons are wanted for an approval too.
    """

    key: str
    request_id: str
    idempotency_key: str
    body: bytes
    explain: bool


class Desk(Protocol):
    """Who decides."""

    async def decide(self, application: Application, ask: Ask) -> bytes:
        """Return a ``ScoreAnswer`` as JSON."""
        ...

    async def decide_all(self, applications: list[Application], ask: Ask) -> bytes:
        """Return a ``BatchAnswer`` as JSON: all are decided, or none."""
        ...


class PlainDesk:
    """A desk that scores at once, and keeps no record."""

    def __init__(self, service: ScoringService) -> None:
        self._service = service

    async def decide(self, application: Application, ask: Ask) -> bytes:
        """Score one application."""
        del ask
        return msgspec.json.encode(self._score(application))

    async def decide_all(self, applications: list[Application], ask: Ask) -> bytes:
        """Score one after the other."""
        del ask
        return msgspec.json.encode(BatchAnswer(tuple(map(self._score, applications))))

    def _score(self, application: Application) -> ScoreAnswer:
        scored, model = self._service.score(application)
        return ScoreAnswer(
            pd=scored.pd,
            points=scored.points,
            band=scored.band,
            segment=scored.segment,
            segment_name=scored.segment_name,
            missing=scored.missing,
            model_version=model.version,
            model_digest=model.digest,
        )
