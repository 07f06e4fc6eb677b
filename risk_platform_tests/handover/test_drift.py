"""What reports of drift found: kept, told, and sealed."""

import pytest

from risk_platform.errors.handover import BrokenChainError
from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord, DriftVerdict, Light
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.audit import Auditor
from risk_platform.handover.log.seals import Sealer

VERDICT = DriftVerdict(
    light=Light.AMBER,
    sentence="dti has moved up by 0.3 standard deviations",
    since_us=1,
    until_us=2,
    decisions=3_000,
    model_version=7,
    model_digest="d" * 64,
    share=0.004,
    threshold=0.01,
    drifted=("dti",),
)


def test_before_the_first_report_there_is_none(database: Database) -> None:
    """Not a green one."""
    assert DriftRecord(database).latest() is None


def test_the_last_one_counts(database: Database) -> None:
    """It comes back as it was added, on both engines."""
    record = DriftRecord(database)
    record.add(VERDICT)
    last = record.add(VERDICT)
    assert record.latest() == last
    assert last.at_us > 0


def test_it_is_part_of_the_chain(database: Database, gate: Gate, anchors: Anchors) -> None:
    """So that nobody improves upon it afterwards."""
    del gate
    DriftRecord(database).add(VERDICT)
    Sealer(database, anchors).seal()
    assert Auditor(database, anchors).audit().unsealed == 0
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE drift SET light = 'green'")
    with pytest.raises(BrokenChainError):
        Auditor(database, anchors).audit()
