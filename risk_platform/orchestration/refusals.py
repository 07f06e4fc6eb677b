"""Refusals: what a blocking check did not let pass is read by no later run either.

Dagster holds back what follows a broken check in the same run alone. So whoever reads an asset
looks first at how it was judged last; only checks read what was not judged, or did not pass.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import dagster as dg
from dagster._core.storage.asset_check_execution_record import (
    COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES as COMPLETED,
)
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecord

from risk_platform.errors.tables import RefusedTableError, UnjudgedTableError
from risk_platform.orchestration.findings import BROKEN, JUDGED, is_broken

# Most often the last verdict speaks of all quarters, and no other is needed.
_PAGE = 10
# The one part of an asset that has no partitions.
_WHOLE = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check said once.

    Parameters
    ----------
    seen
        Number of the last materialisation that it can speak of.
    judged
        The partitions that it speaks of; ``None`` for all.
    broken
        Those of them that did not pass; ``None`` for all.
    """

    seen: float
    judged: frozenset[str] | None = None
    broken: frozenset[str] | None = frozenset()


def blocking_checks(specs: Iterable[dg.AssetCheckSpec]) -> dict[str, list[str]]:
    """Return the names of each asset's blocking checks."""
    found: dict[str, list[str]] = {}
    for spec in specs:
        if spec.blocking:
            found.setdefault(spec.asset_key.to_user_string(), []).append(spec.name)
    return found


def refuse_unsound(context: dg.InputContext, checks: Mapping[str, Sequence[str]]) -> None:
    """Refuse to hand on an asset that did not pass its blocking checks.

    Parameters
    ----------
    context
        Who reads what; of a partitioned asset, which partitions.
    checks
        The names of each asset's blocking checks.

    Raises
    ------
    RefusedTableError
        What is read broke a check when it was judged last.
    UnjudgedTableError
        What is read was made after a check judged it: the run that made it was ended before.
    """
    if _is_check(context):
        return
    made, table = _made(context), context.asset_key.to_user_string()
    for name in checks.get(table, ()) if made else ():
        verdicts = _verdicts(context.instance, dg.AssetCheckKey(context.asset_key, name))
        broken, unjudged = unsound(verdicts, made)
        if broken:
            raise RefusedTableError(table, name, tuple(sorted(broken - {_WHOLE})))
        if unjudged:
            raise UnjudgedTableError(table, name, tuple(sorted(unjudged - {_WHOLE})))


def unsound(
    verdicts: Iterable[Verdict], made: Mapping[str, int]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return which partitions broke a check, and which it has not judged since they were made.

    Parameters
    ----------
    verdicts
        The check's, the newest first: of each partition the first that speaks of it counts.
    made
        The partitions that are read, each with the number of its last materialisation.
    """
    waiting, broken, unjudged = frozenset(made), set[str](), set[str]()
    for verdict in verdicts:
        judged = waiting if verdict.judged is None else waiting & verdict.judged
        broken |= judged if verdict.broken is None else judged & verdict.broken
        unjudged |= {part for part in judged if made[part] > verdict.seen}
        waiting -= judged
        if not waiting:
            break
    return frozenset(broken), frozenset(unjudged | waiting)


def _is_check(context: dg.InputContext) -> bool:
    step = context.step_context
    reader = step.job_def.asset_layer.get_assets_def_for_node(step.node_handle)
    return isinstance(reader, dg.AssetChecksDefinition)


def _made(context: dg.InputContext) -> Mapping[str, int]:
    """Return the partitions that are read and were made, each with its last materialisation."""
    key = context.asset_key
    if context.has_asset_partitions:
        return context.instance.get_latest_storage_id_by_partition(
            key, dg.DagsterEventType.ASSET_MATERIALIZATION, set(context.asset_partition_keys)
        )
    last = context.instance.fetch_materializations(key, limit=1).records
    return {_WHOLE: last[0].storage_id} if last else {}


def _verdicts(instance: dg.DagsterInstance, key: dg.AssetCheckKey) -> Iterator[Verdict]:
    """Yield what a check said, the last first; a check that was not carried out said nothing."""
    cursor: int | None = None
    last_run = _last_run(instance, key.asset_key)
    while page := instance.event_log_storage.get_asset_check_execution_history(
        key, _PAGE, cursor, COMPLETED
    ):
        yield from (_verdict(record, last_run) for record in page)
        cursor = page[-1].id


def _last_run(instance: dg.DagsterInstance, key: dg.AssetKey) -> str:
    last = instance.get_latest_materialization_event(key)
    return last.run_id if last else ""


def _verdict(record: AssetCheckExecutionRecord, last_run: str) -> Verdict:
    told = record.evaluation
    if told is None:
        return Verdict(seen=-1, judged=frozenset())
    target = told.target_materialization_data
    # A step that makes and judges does so before its materialisation is written down.
    in_run = record.run_id == last_run
    seen = math.inf if in_run else target.storage_id if target else -1
    judged, broken = (_quarters(told, name) for name in (JUDGED, BROKEN))
    return Verdict(seen, judged, broken if is_broken(told) else frozenset())


def _quarters(told: dg.AssetCheckEvaluation, name: str) -> frozenset[str] | None:
    """Return the quarters that a result names in its metadata; ``None`` where it names none."""
    named = told.metadata.get(name)
    quarters = named.value if isinstance(named, dg.JsonMetadataValue) else None
    return frozenset(map(str, quarters)) if quarters is not None else None
