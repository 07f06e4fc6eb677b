"""What Alembic runs: the missing steps, on the connection that it is handed, in one transaction."""

from alembic import context

from risk_platform.handover.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite undoes a half-made table too, once transactions are begun by us.
    transactional_ddl=True,
)
context.run_migrations()
