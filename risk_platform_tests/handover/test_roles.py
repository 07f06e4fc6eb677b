"""Roles of PostgreSQL: the service adds decisions, the sealer adds seals, neither changes a row."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from risk_platform.errors.handover import DeniedError, OlderDatabaseError, ServingStoppedError
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.log.seals import Sealer
from risk_platform.handover.store import migrate, open_store
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.moves import ALL_DAY, let_pass, resumed
from risk_platform_tests.handover.roles import SCORING, SEALING, database_with_roles
from risk_platform_tests.postgresql import Server

CHANGES = (
    "UPDATE decisions SET pd = 0",
    "DELETE FROM decisions",
    "TRUNCATE decisions",
    "DROP TABLE decisions",
    "ALTER TABLE decisions ADD COLUMN x INTEGER",
    "DELETE FROM gate",
    "UPDATE gate_events SET reason = ''",
    "DELETE FROM seals",
    "UPDATE seals SET hash = ''",
    "INSERT INTO holds (decision_id, is_held, reason, by_whom, at_us) VALUES ('', 0, '', '', 0)",
    "DELETE FROM purges",
    "UPDATE api_keys SET roles = 'operate'",
    "INSERT INTO api_secrets VALUES ('', '', 0, NULL)",
    "UPDATE alembic_version SET version_num = ''",
    "CREATE TABLE mine (x INTEGER)",
)
TO_MOVE = (
    "UPDATE gate SET state = 'running'",
    "INSERT INTO gate_events (epoch, state, reason, by_whom, at_us) VALUES (9, '', '', '', 0)",
)
TO_SEAL = "INSERT INTO seals VALUES (9, 'decision', 9, '', '')"
TO_DECIDE = "INSERT INTO decisions (id) VALUES ('')"


@pytest.fixture
def name(postgresql: Server) -> str:
    """Return a database of both roles."""
    return database_with_roles(postgresql)


@pytest.fixture
def scoring(postgresql: Server, name: str) -> Iterator[Database]:
    """Return the database as the service opens it."""
    database = open_store(postgresql.url(name, SCORING))
    yield database
    database.close()


@pytest.fixture
def sealing(postgresql: Server, name: str) -> Iterator[Database]:
    """Return the database as the sealer opens it."""
    database = open_store(postgresql.url(name, SEALING))
    yield database
    database.close()


def assert_denied(database: Database, *statements: str) -> None:
    """Try each of some statements, and see that it is denied."""
    for statement in statements:
        with (
            pytest.raises(DeniedError, match=r"InsufficientPrivilege.*log grants"),
            database.writing() as connection,
        ):
            connection.execute(text(statement))


def test_the_service_may_add_decisions_and_move_the_gate(scoring: Database, tmp_path: Path) -> None:
    """It changes no decision and no event, and seals none."""
    DecisionLog(scoring).append([[decision()]])
    assert DecisionLog(scoring).count() == 1
    assert_denied(scoring, *CHANGES, TO_SEAL)
    gate = Gate(scoring)
    gate.pause("Grace", "drift")
    gate.suspend("rogue", "Grace", "odd traffic")
    assert resumed(gate).is_running
    with pytest.raises(DeniedError):
        Sealer(scoring, Anchors(tmp_path / "anchors.txt")).seal()


def test_a_service_that_may_not_move_the_gate_obeys_an_ended_lease(
    postgresql: Server, name: str, scoring: Database
) -> None:
    """It decides nothing, though it cannot say so on record."""
    with closing(Database(postgresql.url(name))) as owner:
        with owner.writing() as connection:
            connection.execute(text(f"REVOKE INSERT ON gate_events FROM {SCORING}"))
        let_pass(owner, ALL_DAY.lease_seconds)
    with pytest.raises(ServingStoppedError, match="the lease has ended"):
        DecisionLog(scoring).append([[decision()]])
    assert not Gate(scoring).look().is_running


def test_the_sealer_may_add_seals_and_nothing_else(
    scoring: Database, sealing: Database, tmp_path: Path
) -> None:
    """It seals every table of the chain, and knows no key."""
    DecisionLog(scoring).append([[decision()]])
    assert Sealer(sealing, Anchors(tmp_path / "anchors.txt")).seal() == 2
    assert_denied(sealing, *CHANGES, TO_DECIDE, *TO_MOVE, "SELECT * FROM api_secrets")


@pytest.mark.usefixtures("name")
def test_who_may_not_upgrade_says_who_is_to(postgresql: Server) -> None:
    """Neither an older database nor an empty one opens; the owner's command is named."""
    empty = postgresql.new_database()
    with pytest.raises(OlderDatabaseError, match="has no tables yet"):
        open_store(postgresql.url(empty, SCORING))
    older = postgresql.new_database()
    with closing(Database(postgresql.url(older))) as owner:
        migrate(owner, "v1")
        with owner.writing() as connection:
            connection.execute(text(f"GRANT SELECT ON alembic_version TO {SCORING}"))
    with pytest.raises(OlderDatabaseError, match=r"at revision v1.*risk-platform log migrate"):
        open_store(postgresql.url(older, SCORING))
    open_store(postgresql.url(older)).close()
    open_store(postgresql.url(older, SCORING)).close()
