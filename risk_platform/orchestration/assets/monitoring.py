"""Monitoring: how the gate of the scoring service stands, and what is decided while it is open."""

import dagster as dg

from risk_platform.handover.clock import iso_of
from risk_platform.handover.gating.news import latest_news
from risk_platform.orchestration.monitoring.door import GateDoor


@dg.asset(group_name="monitoring", kinds={"sqlite", "postgres"})
def serving_gate(gate_door: dg.ResourceParam[GateDoor]) -> dg.MaterializeResult[None]:
    """How the gate of the scoring service stands: whether scores leave, since when, by whom, why.

    The gate itself stands in the database of decisions, and moves without waiting for a run; this
    puts each of its moves into the graph. Anybody stops scoring, and so do drift, a breaker and an
    ended lease; people alone let it run again.
    """
    with gate_door.open() as (database, gate):
        state, news = gate.state(), latest_news(database)
    told: dict[str, dg.MetadataValue] = {
        "scoring": dg.MetadataValue.text("runs" if state.is_running else "is stopped"),
        "epoch": dg.MetadataValue.int(state.epoch),
        "reason": dg.MetadataValue.text(state.reason),
        "by": dg.MetadataValue.text(state.by),
        "since": dg.MetadataValue.text(iso_of(state.at_us)),
        "lease_seconds": dg.MetadataValue.float(state.lease_seconds),
        "suspended_keys": dg.MetadataValue.json(sorted(state.suspended)),
    }
    if news:
        told["last_event"] = dg.MetadataValue.text(news.sentence)
        told["event_id"] = dg.MetadataValue.text(news.event_id)
    return dg.MaterializeResult(metadata=told)
