"""Gate, decisions, chain and keys."""

import sqlalchemy as sa
from alembic import op

revision = "v1"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DIGEST = sa.String(64)


def upgrade() -> None:
    """Make all tables; the gate is shut until somebody opens it."""
    _make_gate()
    _make_decisions()
    _make_chain()
    _make_keys()


def _sequence() -> sa.Column[int]:
    return sa.Column("sequence", _NUMBER, sa.Identity(always=True), nullable=False)


def _authorship() -> list[sa.Column[str] | sa.Column[int]]:
    return [
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_whom", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
    ]


def _make_gate() -> None:
    gate = op.create_table(
        "gate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        *_authorship(),
        sa.PrimaryKeyConstraint("id", name="gate_pk"),
        sa.CheckConstraint("id = 1", name=op.f("gate_one_row")),
    )
    op.create_table(
        "gate_events",
        _sequence(),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        *_authorship(),
        sa.PrimaryKeyConstraint("sequence", name="gate_events_pk"),
        sa.UniqueConstraint("epoch", name="gate_events_epoch_unique"),
        sqlite_autoincrement=True,
    )
    shut = {"id": 1, "state": "stopped", "epoch": 0, "by_whom": "", "at_us": 0}
    op.bulk_insert(gate, [shut | {"reason": "nobody has opened it yet"}])


def _make_decisions() -> None:
    op.create_table(
        "decisions",
        _sequence(),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("idempotency_key", sa.Text()),
        sa.Column("body_digest", _DIGEST, nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("features_digest", _DIGEST, nullable=False),
        sa.Column("pd", sa.Double[float](), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False),
        sa.Column("model_digest", _DIGEST, nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("latency_us", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="decisions_pk"),
        sa.UniqueConstraint("id", name="decisions_id_unique"),
        sa.UniqueConstraint(
            "key_id", "idempotency_key", name="decisions_key_id_idempotency_key_unique"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("decisions_at_us", "decisions", ["at_us"])


def _make_chain() -> None:
    op.create_table(
        "holds",
        _sequence(),
        sa.Column("decision_id", sa.String(36), nullable=False),
        sa.Column("is_held", sa.Integer(), nullable=False),
        *_authorship(),
        sa.PrimaryKeyConstraint("sequence", name="holds_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("holds_decision_id", "holds", ["decision_id"])
    op.create_table(
        "purges",
        _sequence(),
        sa.Column("before_us", sa.BigInteger(), nullable=False),
        sa.Column("positions", sa.Text(), nullable=False),
        *_authorship(),
        sa.PrimaryKeyConstraint("sequence", name="purges_pk"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "seals",
        sa.Column("position", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("digest", _DIGEST, nullable=False),
        sa.Column("hash", _DIGEST, nullable=False),
        sa.PrimaryKeyConstraint("position", name="seals_pk"),
        sa.UniqueConstraint("kind", "sequence", name="seals_kind_sequence_unique"),
    )


def _make_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("revoked_us", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="api_keys_pk"),
        sa.UniqueConstraint("name", name="api_keys_name_unique"),
    )
    op.create_table(
        "api_secrets",
        sa.Column("digest", _DIGEST, nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger()),
        sa.PrimaryKeyConstraint("digest", name="api_secrets_pk"),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name="api_secrets_key_id_fk"),
    )
    op.create_index("api_secrets_key_id", "api_secrets", ["key_id"])
