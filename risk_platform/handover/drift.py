"""What reports of drift found: one row each, which the service tells and the chain seals."""

import hashlib
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

import msgspec
from sqlalchemy import insert, select

from risk_platform.handover.database import Database
from risk_platform.handover.gating.state import lock_gate
from risk_platform.handover.tables import DRIFT


class Light(StrEnum):
    """How far those who apply are from those whom the model was trained on, if enough did."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftVerdict:
    """What a report found in a window of decisions.

    Parameters
    ----------
    light
        In a word.
    sentence
        In a sentence.
    since_us, until_us, decisions
        The window: from one moment on and before another, in microseconds since 1970, UTC; and how
        many decisions it holds.
    model_version, model_digest
        Whose reference they were held against.
    share, threshold
        Share of the monitored inputs that have drifted, each weighted by its importance, 0 to 1;
        and the share from which on the light is red.
    drifted
        The inputs that have, the most important first.
    at_us
        When it was recorded, by the database's clock, in microseconds since 1970, UTC.
    digest
        SHA-256 of all of it, in hex, once it is recorded: by that who resumes scoring names it.
    """

    light: Light
    sentence: str
    since_us: int
    until_us: int
    decisions: int
    model_version: int
    model_digest: str
    share: float
    threshold: float
    drifted: tuple[str, ...]
    at_us: int = 0
    digest: str | None = None


class DriftRecord:
    """The record of one database.

    Parameters
    ----------
    database
        Where it is kept. Each method raises ``LogUnavailableError`` where that does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, verdict: DriftVerdict) -> DriftVerdict:
        """Add a verdict, and return it with the time at which it was recorded."""
        with self._database.writing() as connection:
            # As all who add to the chain: so that no row is in flight while it is sealed.
            at_us = lock_gate(connection).now_us
            recorded = _digested(replace(verdict, at_us=at_us, digest=None))
            drifted = msgspec.json.encode(recorded.drifted).decode()
            connection.execute(insert(DRIFT).values(asdict(recorded) | {"drifted": drifted}))
        return recorded

    def latest(self) -> DriftVerdict | None:
        """Return the last one that was added; ``None``: there is none."""
        columns = [column for column in DRIFT.c if column is not DRIFT.c.sequence]
        newest = select(*columns).order_by(DRIFT.c.sequence.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(newest).mappings().one_or_none()
        if row is None:
            return None
        fields = {str(name): value for name, value in row.items()}
        return msgspec.convert(
            fields | {"drifted": msgspec.json.decode(row["drifted"])}, DriftVerdict
        )


def _digested(verdict: DriftVerdict) -> DriftVerdict:
    """Return it with the digest of all that it says: its fields in their order, as JSON."""
    return replace(verdict, digest=hashlib.sha256(msgspec.json.encode(verdict)).hexdigest())
