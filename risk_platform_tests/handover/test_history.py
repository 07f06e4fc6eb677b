"""History: what was done about the gate, the newest first, with who approved it."""

from dataclasses import replace

from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord, Extent, Light
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import Action
from risk_platform.handover.gating.history import recent_events
from risk_platform_tests.handover.moves import resumed
from risk_platform_tests.handover.test_drift import VERDICT


def test_events_come_with_the_newest_first(database: Database, gate: Gate) -> None:
    """All that two people did, by name."""
    gate.pause("Ada", "a feed froze")
    resumed(gate)
    found = recent_events(database, 10)
    assert [one.action for one in found] == [
        Action.RESUMED,
        Action.REQUESTED,
        Action.STOPPED,
        Action.OPENED,
    ]
    assert (found[0].by, found[0].approver) == ("Ada", "Grace")
    assert (found[2].by, found[2].reason, found[2].trigger) == ("Ada", "a feed froze", "operator")


def test_events_are_narrowed_by_number_time_and_kind(database: Database, gate: Gate) -> None:
    """A page shows what it asks for."""
    first = recent_events(database, 1)[0]
    gate.pause("Ada", "a feed froze")
    assert len(recent_events(database, 1)) == 1
    since = recent_events(database, 9, since_us=first.at_us + 1)
    assert [one.action for one in since] == [Action.STOPPED]
    opened = recent_events(database, 9, actions=[Action.OPENED])
    assert [one.action for one in opened] == [Action.OPENED]


def test_mere_glances_are_no_history(database: Database, gate: Gate) -> None:
    """Of a window that goes on nothing was decided."""
    del gate
    record = DriftRecord(database)
    for light, extent in (
        (Light.GREEN, Extent.WHOLE),
        (Light.INSUFFICIENT, Extent.GLANCE),
        (Light.RED, None),
    ):
        record.add(replace(VERDICT, light=light, extent=extent))
    assert [one.light for one in record.recent(9)] == [Light.RED, Light.GREEN]
    assert [one.light for one in record.recent(1)] == [Light.RED]
