"""Decided: what a model says of applications, as answers and as records of the log."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from risk_platform.contract.vintages import months_since_1970
from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.handover.clock import now_us
from risk_platform.handover.ids import new_id
from risk_platform.handover.log.decisions import Decision
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.scoring.score import Scored, score_rows, watched_rows
from serving.breaker import Judged
from serving.reading import Application
from serving.schemas import Reason, ScoreAnswer

_READ = len(INPUT_COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What comes with an application.

    Parameters
    ----------
    key
        Id of the key that was shown.
    idempotency_key
        The client's name for it, up to 255 visible ASCII characters, and in a batch its place but
        for the first; ``None``: it has none.
    body_digest
        SHA-256 of route, wishes and body, in hex: worked out once, however many applications it
        holds.
    explain
        Whether reasons are wanted for an approval too.
    arrived
        When: seconds of ``perf_counter``.
    """

    key: str
    idempotency_key: str | None
    body_digest: str
    explain: bool
    arrived: float


Asked = tuple[Application, Ask]


def decide(model: LoadedModel, asked: Sequence[Asked]) -> Judged:
    """Decide applications together, each as if it were alone; nothing is recorded yet."""
    at_us = now_us()
    rows = [application.values[:_READ] for application, _ in asked]
    explain = [ask.explain for _, ask in asked]
    scored, marks = watched_rows(model.bundle, rows, _month(at_us), explain)
    decisions = [
        _decision(model, application, ask, one, at_us)
        for (application, ask), one in zip(asked, scored, strict=True)
    ]
    return Judged(decisions, marks)


def score(
    model: LoadedModel, applications: Sequence[Application], at_us: int, explain: Sequence[bool]
) -> list[Scored]:
    """Score applications that are decided at a moment: in microseconds since 1970, UTC.

    One that names no month counts as applied for in that moment's.
    """
    rows = [application.values[:_READ] for application in applications]
    return score_rows(model.bundle, rows, _month(at_us), explain)


def reasons_of(scored: Scored) -> tuple[Reason, ...]:
    """Return reasons as they are answered, and logged."""
    return tuple(
        Reason(
            code=reason.code,
            text=reason.text,
            text_es=reason.text_es,
            contribution=reason.contribution,
            points=reason.points,
        )
        for reason in scored.reasons
    )


def answer_of(
    decision_id: str, model: LoadedModel, scored: Scored, reasons: tuple[Reason, ...]
) -> str:
    """Return a ``ScoreAnswer`` as it is sent, and logged."""
    answer = ScoreAnswer(
        decision_id=decision_id,
        pd=scored.pd,
        points=scored.points,
        band=scored.band,
        verdict=scored.verdict,
        segment=scored.segment,
        segment_name=scored.segment_name,
        reasons=reasons,
        model_version=model.version,
        model_digest=model.digest,
        policy=scored.policy,
        missing=scored.missing,
        too_little_known=scored.too_little_known,
    )
    return msgspec.json.encode(answer).decode()


def _month(at_us: int) -> int:
    return months_since_1970(datetime.fromtimestamp(at_us / 1e6, UTC).date())


def _decision(
    model: LoadedModel, application: Application, ask: Ask, scored: Scored, at_us: int
) -> Decision:
    decision_id, reasons = new_id(), reasons_of(scored)
    return Decision(
        id=decision_id,
        at_us=at_us,
        key_id=ask.key,
        idempotency_key=ask.idempotency_key,
        body_digest=ask.body_digest,
        inputs=application.received,
        features_digest=scored.features_digest,
        pd=scored.pd,
        points=scored.points,
        verdict=str(scored.verdict),
        reasons=msgspec.json.encode(reasons).decode(),
        model_version=model.version,
        model_digest=model.digest,
        policy_version=scored.policy,
        segment=scored.segment,
        latency_us=round(1e6 * (time.perf_counter() - ask.arrived)),
        answer=answer_of(decision_id, model, scored, reasons),
    )
