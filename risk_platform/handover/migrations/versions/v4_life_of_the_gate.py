"""Lease, suspended keys and all that an event of the gate tells; the digest of a verdict of drift.

What versions before did to the gate has none of it, and its seals hold as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "v4"
down_revision = "v3"

_DIGEST = sa.String(64)
# What a gate that is open is given, as if it had just been opened.
_LEASE_US = 300_000_000
_NOW_US = {
    "postgresql": "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
}


def upgrade() -> None:
    """Add the columns; scoring that runs goes on for one lease."""
    for name in ("lease_until_us", "sufficient_us"):
        op.add_column("gate", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("gate", sa.Column("suspended_keys", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "gate", sa.Column("is_witnessed", sa.Integer(), nullable=False, server_default="0")
    )
    now = _NOW_US[op.get_context().dialect.name]
    op.execute(
        f"UPDATE gate SET sufficient_us = {now}, lease_until_us = {now} + {_LEASE_US} "  # noqa: S608
        "WHERE state = 'running'"
    )
    op.add_column("drift", sa.Column("digest", _DIGEST))
    _tell_more_of_events()


def _tell_more_of_events() -> None:
    # SQLite drops no constraint: there the table is made anew, and its rows keep their numbers.
    with op.batch_alter_table("gate_events", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint("gate_events_epoch_unique", type_="unique")
        for column in (
            sa.Column("event_id", sa.String(36)),
            sa.Column("action", sa.String(16)),
            sa.Column("actor_type", sa.String(16)),
            sa.Column("approver", sa.Text()),
            sa.Column("request_id", sa.String(36)),
            sa.Column("key_id", sa.String(32)),
            sa.Column("incident", sa.Text()),
            sa.Column("trigger_rule", sa.Text()),
            sa.Column("evidence", _DIGEST),
            sa.Column("window_from_us", sa.BigInteger()),
            sa.Column("window_until_us", sa.BigInteger()),
            sa.Column("decisions", sa.BigInteger()),
            sa.Column("model_digest", _DIGEST),
            sa.Column("host", sa.Text()),
            sa.Column("monotonic_ns", sa.BigInteger()),
        ):
            batch.add_column(column)
        batch.create_unique_constraint("gate_events_event_id_unique", ["event_id"])
