"""What looks for drift found: one row each, which the service tells and the chain seals."""

import hashlib
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select

from risk_platform.handover.database import Database
from risk_platform.handover.gating.state import lock_gate
from risk_platform.handover.tables import DRIFT


class Light(StrEnum):
    """How far those who apply are from those whom the model was trained on, if enough did."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    INSUFFICIENT = "insufficient"


class Extent(StrEnum):
    """How much of its window a verdict has seen; only of a glance the window goes on."""

    WHOLE = "whole"
    CUT = "cut short"
    GLANCE = "glance"


# Only these end a window.
CLOSING = (Extent.WHOLE, Extent.CUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftVerdict:
    """What a look found in a window of decisions.

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
    after_sequence, upto_sequence
        The window by the numbers that decisions have in the log: behind the one, up to the other.
    extent
        Whether that was all of a window; ``None``: a version before the fifth recorded it.
    suspected
        What the next window confirms if it suspects it too: input and aspect of each.
    rules
        By which scoring is to stop, each with what was found.
    key_id
        The API key without whose decisions the window would not be red: it alone is suspended.
        ``None`` where there is none.
    window_digest
        SHA-256 of the ids of the decisions, in hex.
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
    after_sequence: int | None = None
    upto_sequence: int | None = None
    extent: Extent | None = None
    suspected: tuple[tuple[str, str], ...] = ()
    rules: tuple[str, ...] = ()
    key_id: str | None = None
    window_digest: str | None = None

    @property
    def stops(self) -> bool:
        """Whether all of scoring is to stop."""
        return self.light is Light.RED and self.key_id is None


_LISTS = ("drifted", "suspected", "rules")
_COLUMNS = [column for column in DRIFT.c if column is not DRIFT.c.sequence]


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
            return add_verdict(connection, verdict, lock_gate(connection).now_us)

    def latest(self) -> DriftVerdict | None:
        """Return the last one that was added; ``None``: there is none."""
        with self._database.reading() as connection:
            return last_verdict(connection)

    def recent(self, most: int) -> list[DriftVerdict]:
        """Return the last verdicts that are not mere glances, the newest first."""
        sought = select(*_COLUMNS).where(DRIFT.c.extent.is_distinct_from(Extent.GLANCE))
        newest = sought.order_by(DRIFT.c.sequence.desc()).limit(most)
        with self._database.reading() as connection:
            return [_verdict(row) for row in connection.execute(newest).mappings()]

    def latest_of(self, model_digest: str, *extents: Extent) -> DriftVerdict | None:
        """Return the last one of a model, and of some extents where any are named."""
        with self._database.reading() as connection:
            return last_verdict(connection, *of_model(model_digest, *extents))

    def window_end(self) -> int:
        """Return the number of the last decision of the last window that ended; 0: none has."""
        with self._database.reading() as connection:
            return window_end(connection)

    def last_two(self) -> tuple[DriftVerdict | None, DriftVerdict | None]:
        """Return the last one, and the last of the same model that ended its window."""
        with self._database.reading() as connection:
            last = last_verdict(connection)
            if last is None:
                return None, None
            return last, last_verdict(connection, *of_model(last.model_digest, *CLOSING))


def of_model(model_digest: str, *extents: Extent) -> tuple[ColumnElement[bool], ...]:
    """Return what tells the verdicts of a model, and of some extents where any are named."""
    is_of_it = DRIFT.c.model_digest == model_digest
    return (is_of_it, DRIFT.c.extent.in_(extents)) if extents else (is_of_it,)


def add_verdict(connection: Connection, verdict: DriftVerdict, at_us: int) -> DriftVerdict:
    """Add a verdict, in a transaction that holds the gate, as of a moment."""
    recorded = _digested(replace(verdict, at_us=at_us, digest=None))
    lists = {name: msgspec.json.encode(getattr(recorded, name)).decode() for name in _LISTS}
    connection.execute(insert(DRIFT).values(asdict(recorded) | lists))
    return recorded


def last_verdict(connection: Connection, *conditions: ColumnElement[bool]) -> DriftVerdict | None:
    """Return the last verdict for which conditions hold; ``None``: there is none."""
    newest = select(*_COLUMNS).where(*conditions).order_by(DRIFT.c.sequence.desc()).limit(1)
    row = connection.execute(newest).mappings().one_or_none()
    return None if row is None else _verdict(row)


def window_end(connection: Connection) -> int:
    """Return the number of the last decision of the last window that ended, of whatever model.

    A model that comes to lead begins behind the windows of the one before: its own decisions do.
    """
    last = last_verdict(connection, DRIFT.c.extent.in_(CLOSING))
    return (last.upto_sequence or 0) if last else 0


def _verdict(row: RowMapping) -> DriftVerdict:
    fields = {str(name): value for name, value in row.items()}
    lists = {name: msgspec.json.decode(row[name] or "[]") for name in _LISTS}
    return msgspec.convert(fields | lists, DriftVerdict)


def _digested(verdict: DriftVerdict) -> DriftVerdict:
    """Return it with the digest of all that it says: its fields in their order, as JSON."""
    return replace(verdict, digest=hashlib.sha256(msgspec.json.encode(verdict)).hexdigest())
