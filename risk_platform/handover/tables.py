"""The tables between platform and service; migrations make them, a test holds the two together.

Times are microseconds since 1970, UTC: both engines keep, order and give back a whole number
exactly. Rows of the tables in ``CHAINED`` are only ever added, and their ``sequence`` grows. What a
later version adds to such a table stands behind its other columns, and may be null.
"""

from collections.abc import Mapping

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

# SQLite numbers rows by itself only where the column is called INTEGER.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")
_DIGEST = String(64)

METADATA = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_unique",
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)


def _sequence() -> Column[int]:
    return Column("sequence", _NUMBER, Identity(always=True), primary_key=True)


# One row: whether scoring runs.
GATE = Table(
    "gate",
    METADATA,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by_whom", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    # Until when scoring may run, and since when no verdict had enough loans: the database's time.
    Column("lease_until_us", BigInteger, nullable=False, server_default="0"),
    Column("sufficient_us", BigInteger, nullable=False, server_default="0"),
    # Ids of API keys, a blank before and behind each: here, so that one look tells everything.
    Column("suspended_keys", Text, nullable=False, server_default=""),
    # 1: a file outside the database bears witness to the last move.
    Column("is_witnessed", Integer, nullable=False, server_default="0"),
)

# Whatever was done about the gate, or refused: ``handover.gating.events`` says what each field is.
# Versions before the fourth wrote no more than the first six.
GATE_EVENTS = Table(
    "gate_events",
    METADATA,
    _sequence(),
    Column("epoch", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("by_whom", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("event_id", String(36), unique=True),
    Column("action", String(16)),
    Column("actor_type", String(16)),
    Column("approver", Text),
    Column("request_id", String(36)),
    Column("key_id", String(32)),
    Column("incident", Text),
    Column("trigger_rule", Text),
    Column("evidence", _DIGEST),
    Column("window_from_us", BigInteger),
    Column("window_until_us", BigInteger),
    Column("decisions", BigInteger),
    Column("model_digest", _DIGEST),
    Column("host", Text),
    Column("monotonic_ns", BigInteger),
    sqlite_autoincrement=True,
)

# Every decision, as ``handover.log.decisions.Decision`` describes it.
DECISIONS = Table(
    "decisions",
    METADATA,
    _sequence(),
    Column("id", String(36), nullable=False, unique=True),
    Column("at_us", BigInteger, nullable=False),
    Column("key_id", String(32), nullable=False),
    Column("idempotency_key", Text),
    Column("body_digest", _DIGEST, nullable=False),
    Column("inputs", Text, nullable=False),
    Column("features_digest", _DIGEST, nullable=False),
    Column("pd", Double, nullable=False),
    Column("points", Integer, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("reasons", Text, nullable=False),
    Column("model_version", Integer, nullable=False),
    Column("model_digest", _DIGEST, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("segment", Integer, nullable=False),
    Column("latency_us", BigInteger, nullable=False),
    Column("answer", Text, nullable=False),
    UniqueConstraint("key_id", "idempotency_key"),
    Index(None, "at_us"),
    sqlite_autoincrement=True,
)

# Legal holds: a decision is held if the last row of it says so.
HOLDS = Table(
    "holds",
    METADATA,
    _sequence(),
    Column("decision_id", String(36), nullable=False, index=True),
    Column("is_held", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by_whom", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

# What was purged because its time was over: positions in the chain, as ``1-5000 5002-9000``.
PURGES = Table(
    "purges",
    METADATA,
    _sequence(),
    Column("before_us", BigInteger, nullable=False),
    Column("positions", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by_whom", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

# What reports of drift found, as ``handover.drift.DriftVerdict`` describes it.
DRIFT = Table(
    "drift",
    METADATA,
    _sequence(),
    Column("light", String(16), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("since_us", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=False),
    Column("decisions", BigInteger, nullable=False),
    Column("model_version", Integer, nullable=False),
    Column("model_digest", _DIGEST, nullable=False),
    Column("share", Double, nullable=False),
    Column("threshold", Double, nullable=False),
    Column("drifted", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("digest", _DIGEST),
    # Versions before the fifth judged no decisions by their numbers.
    Column("after_sequence", BigInteger),
    Column("upto_sequence", BigInteger),
    Column("extent", String(16)),
    Column("suspected", Text),
    Column("rules", Text),
    Column("key_id", String(32)),
    Column("window_digest", _DIGEST),
    sqlite_autoincrement=True,
)

# The chain, as ``handover.log.seals.Seal`` describes it: one row for each row of the tables in
# CHAINED, kept when that is purged.
SEALS = Table(
    "seals",
    METADATA,
    Column("position", _NUMBER, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("digest", _DIGEST, nullable=False),
    Column("hash", _DIGEST, nullable=False),
    Column("since_us", BigInteger),
    UniqueConstraint("kind", "sequence"),
)

CHAINED: Mapping[str, Table] = {
    "decision": DECISIONS,
    "gate": GATE_EVENTS,
    "hold": HOLDS,
    "purge": PURGES,
    "drift": DRIFT,
}

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("roles", Text, nullable=False),
    Column("made_us", BigInteger, nullable=False),
    Column("revoked_us", BigInteger),
)

# A key has two of them while it is rotated.
API_SECRETS = Table(
    "api_secrets",
    METADATA,
    Column("digest", _DIGEST, primary_key=True),
    Column("key_id", String(32), ForeignKey("api_keys.id"), nullable=False, index=True),
    Column("made_us", BigInteger, nullable=False),
    Column("until_us", BigInteger),
)
