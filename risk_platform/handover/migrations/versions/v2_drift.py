"""What reports of drift found."""

import sqlalchemy as sa
from alembic import op

revision = "v2"
down_revision = "v1"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "drift",
        sa.Column("sequence", _NUMBER, sa.Identity(always=True), nullable=False),
        sa.Column("light", sa.String(16), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("decisions", sa.BigInteger(), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False),
        sa.Column("model_digest", sa.String(64), nullable=False),
        sa.Column("share", sa.Double[float](), nullable=False),
        sa.Column("threshold", sa.Double[float](), nullable=False),
        sa.Column("drifted", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="drift_pk"),
        sqlite_autoincrement=True,
    )
