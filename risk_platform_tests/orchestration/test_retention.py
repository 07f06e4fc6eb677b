"""The job of retention: a run of Dagster purges what may go, and seals that it did."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from pydantic import SecretStr

from risk_platform.definitions import build_definitions
from risk_platform.handover.clock import to_us
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.audit import Auditor
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.store import open_store
from risk_platform.orchestration.retention import DecisionStore, purge_old_decisions
from risk_platform.settings import Settings
from risk_platform_tests.handover.log.decided import decision


def test_a_run_purges_and_seals(tmp_path: Path, store_url: str) -> None:
    """Old decisions go, young ones stay, and the log is whole."""
    database, anchors = open_store(store_url), tmp_path / "anchors.txt"
    Gate(database).open_first("Ada")
    log, old = DecisionLog(database), to_us(datetime(2020, 1, 1, tzinfo=UTC))
    log.append([[decision(at_us=old)], [young := decision()]])
    store = DecisionStore(url=SecretStr(store_url), anchors=anchors)
    done = purge_old_decisions.execute_in_process(resources={"decision_store": store})
    assert done.output_for_node("purge_decisions") == 1
    assert [one.id for one in log.window(0, 2**62)] == [young.id]
    assert Auditor(database, Anchors(anchors)).audit().unsealed == 0
    database.close()


def test_dagster_shows_no_password_of_the_log() -> None:
    """The address of the database may hold one."""
    url = "postgresql+psycopg://risk:s3cret@bank/decisions"
    made = build_definitions(Settings(database=SecretStr(url)))
    resource = (made.resources or {})["decision_store"]
    assert "s3cret" not in repr(resource)
    assert not isinstance(resource, dg.ConfigurableResource)
