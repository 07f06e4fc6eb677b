"""The backlog: how old the oldest row is that waits to be sealed."""

from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.backlog import Backlog
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.log.seals import Sealer
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.moves import resumed


def test_nothing_waits_in_a_new_log(database: Database) -> None:
    """Nor is that an age."""
    assert Backlog(database).oldest_us() is None


def test_the_oldest_of_any_kind_counts(
    database: Database, log: DecisionLog, gate: Gate, anchors: Anchors
) -> None:
    """A decision, or a move of the gate; what is sealed waits no longer."""
    Sealer(database, anchors).seal()
    assert Backlog(database).oldest_us() is None
    log.append([[first := decision(), decision()]])
    moved = gate.pause("Grace", "drift")
    assert Backlog(database).oldest_us() == first.at_us
    Sealer(database, anchors).seal()
    resumed(gate)
    assert (Backlog(database).oldest_us() or 0) > moved.at_us
