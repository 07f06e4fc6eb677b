"""A PostgreSQL as a bank sets it up: the service and the sealer have roles of their own."""

from contextlib import closing

from sqlalchemy import text

from risk_platform.handover.access.grants import grants_for_sealer, grants_for_service
from risk_platform.handover.store import open_store
from risk_platform_tests.handover.moves import opened
from risk_platform_tests.postgresql import Server

SCORING, SEALING = "scoring", "sealing"


def database_with_roles(server: Server) -> str:
    """Return the name of a database with both roles, in which scoring runs."""
    name = server.new_database()
    server.make_roles(SCORING, SEALING)
    with closing(open_store(server.url(name))) as database:
        opened(database)
        with database.writing() as connection:
            for statement in (*grants_for_service(SCORING), *grants_for_sealer(SEALING)):
                connection.execute(text(statement))
    return name
