"""Since when a sealed row is kept; seals that were made before say nothing of it."""

import sqlalchemy as sa
from alembic import op

revision = "v3"
down_revision = "v2"


def upgrade() -> None:
    """Add the column."""
    op.add_column("seals", sa.Column("since_us", sa.BigInteger()))
