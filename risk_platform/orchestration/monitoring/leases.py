"""Leases: for how long a verdict lets scoring run, and what keeps it from doing so."""

from collections.abc import Iterable, Iterator

import dagster as dg
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord, DriftVerdict, Extent, Light
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.rules import Verdict
from risk_platform.handover.gating.state import GateState
from risk_platform.handover.log.feed import Feed
from risk_platform.orchestration.findings import is_broken

# So long after a look that found a model leading, services answer by it.
_SETTLING_US = 30_000_000
_MADE = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}


def renew(database: Database, gate: Gate, broken: Iterable[str]) -> str:
    """Renew the lease of a gate that is open, and return what speaks against it; empty: nothing.

    Parameters
    ----------
    database, gate
        Where the verdicts are, and the gate of that.
    broken
        Blocking checks of the deployed champion that did not pass when they were made last, or
        never were made.
    """
    state = gate.state()
    record = DriftRecord(database)
    last = record.latest()
    strays = _strays(database, last, state) if last else ()
    against = "; ".join([*_against(last, state, gate.rules.lease_seconds, broken), *strays])
    if against or last is None:
        return against
    whole = record.latest_of(last.model_digest, Extent.WHOLE)
    renewed = gate.renew(_says(whole, state))
    if renewed.is_running and renewed.lease_until_us == state.lease_until_us:
        return gate.rules.lapse(renewed)
    return ""


def broken_checks(instance: dg.DagsterInstance, keys: Iterable[dg.AssetCheckKey]) -> list[str]:
    """Return the names of checks that did not pass when they were made last, or never were made.

    One that a run has planned and not made yet says nothing: the one before it counts.
    """
    return [key.name for key in keys if not _passes(instance, key)]


def _against(
    last: DriftVerdict | None, state: GateState, lease_seconds: float, broken: Iterable[str]
) -> Iterator[str]:
    if last is None:
        yield "no look for drift was made yet"
        return
    age = (state.now_us - last.at_us) / 1_000_000
    if age > lease_seconds:
        yield f"the last look for drift was {age:,.0f} seconds ago"
    # What people resumed after they had seen it speaks no more.
    if last.stops and last.at_us > state.at_us:
        yield f"the last look for drift says: {last.sentence}"
    if broken := sorted(broken):
        yield f"the deployed champion does not pass {', '.join(broken)}"


def _strays(database: Database, last: DriftVerdict, state: GateState) -> Iterator[str]:
    """Tell of decisions that nobody looks at, as another model made them than the one that leads.

    A service takes some seconds until it answers by a new one.
    """
    models = Feed(database).models(last.at_us + _SETTLING_US, state.now_us)
    led = models.pop(last.model_digest, 0)
    if sum(models.values()) > led:
        yield "most is decided by another model than the one that leads"


def _says(whole: DriftVerdict | None, state: GateState) -> Verdict:
    """Tell whether a window that was whole has been judged since one last counted."""
    is_enough = whole is not None and whole.light is not Light.INSUFFICIENT
    is_new = whole is not None and whole.at_us > state.sufficient_us
    return Verdict.SUFFICIENT if is_enough and is_new else Verdict.INSUFFICIENT


def _passes(instance: dg.DagsterInstance, key: dg.AssetCheckKey) -> bool:
    storage = instance.event_log_storage
    last = next(iter(storage.get_asset_check_execution_history(key, limit=1, status=_MADE)), None)
    return bool(last and last.evaluation and not is_broken(last.evaluation))
