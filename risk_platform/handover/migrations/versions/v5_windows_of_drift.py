"""Of a verdict of drift: which decisions it judged, by what rules, and what comes after them."""

import sqlalchemy as sa
from alembic import op

revision = "v5"
down_revision = "v4"


def upgrade() -> None:
    """Add the columns; verdicts of before judged no numbered decisions."""
    for column in (
        sa.Column("after_sequence", sa.BigInteger()),
        sa.Column("upto_sequence", sa.BigInteger()),
        sa.Column("extent", sa.String(16)),
        sa.Column("suspected", sa.Text()),
        sa.Column("rules", sa.Text()),
        sa.Column("key_id", sa.String(32)),
        sa.Column("window_digest", sa.String(64)),
    ):
        op.add_column("drift", column)
