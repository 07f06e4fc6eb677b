"""Refusals: what a blocking check did not let pass is read by no later run either.

Dagster holds back what follows a broken check in the same run alone. So whoever reads an asset
looks first at how the versions that it reads were judged last; only checks read what was not
judged, or did not pass. What counts is which version a check read: one that was published after the
check had begun is not judged by it, whatever Dagster takes for its target.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import dagster as dg
from dagster._core.storage.asset_check_execution_record import (
    COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES as COMPLETED,
)
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecord

from risk_platform.errors.tables import MissingTableError, RefusedTableError, UnjudgedTableError
from risk_platform.orchestration.findings import BROKEN, JUDGED, VERSION, is_broken
from risk_platform.store.publications import Publication, Publications

# Dagster's order is that in which checks were planned. Those that overlap are not as far apart as
# this; and most often the last one speaks of all quarters, and no other is needed.
_PAGE = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check said once.

    Parameters
    ----------
    began
        When its step did, in seconds since 1970: it read what was current from then on.
    judged
        The parts that it speaks of; ``None`` for all.
    broken
        Those of them that did not pass; ``None`` for all.
    version
        The only version that it speaks of, where it was made and judged in one step.
    """

    began: float
    judged: frozenset[str] | None = None
    broken: frozenset[str] | None = frozenset()
    version: str = ""

    def has_seen(self, part: Publication) -> bool:
        """Tell whether it was this version of a part that was judged."""
        if self.version:
            return self.version == part.version
        return self.began > part.at.timestamp()


def blocking_checks(specs: Iterable[dg.AssetCheckSpec]) -> dict[str, list[str]]:
    """Return the names of each asset's blocking checks."""
    found: dict[str, list[str]] = {}
    for spec in specs:
        if spec.blocking:
            found.setdefault(spec.asset_key.to_user_string(), []).append(spec.name)
    return found


def refuse_unsound(
    context: dg.InputContext, store: Publications, checks: Mapping[str, Sequence[str]]
) -> None:
    """Refuse to hand on an asset that did not pass its blocking checks.

    Parameters
    ----------
    context
        Who reads what; of a partitioned asset, which partitions.
    store
        Where it is published.
    checks
        The names of each asset's blocking checks.

    Raises
    ------
    RefusedTableError
        What is read broke a check when it was judged last.
    UnjudgedTableError
        A check has not judged what is read: the run that made it was ended before.
    """
    table = context.asset_key.to_user_string()
    if table not in checks or not _is_step_of_an_asset(context):
        return
    parts = list(context.asset_partition_keys) if context.has_asset_partitions else None
    try:
        made = store.made(table, parts)
    except MissingTableError:
        return  # which whoever reads it will say
    for name in checks[table]:
        verdicts = _verdicts(context.instance, dg.AssetCheckKey(context.asset_key, name))
        broken, unjudged = unsound(verdicts, made)
        if broken:
            raise RefusedTableError(table, name, _some(broken, made))
        if unjudged:
            raise UnjudgedTableError(table, name, _some(unjudged, made))


def unsound(
    verdicts: Iterable[Verdict], made: Mapping[str, Publication]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return which parts broke a check, and which it has not judged since they were made.

    Parameters
    ----------
    verdicts
        The check's, the newest first: of each part the first that has seen it counts.
    made
        The parts that are read, each with the publication that made it.
    """
    waiting, broken = frozenset(made), set[str]()
    for verdict in verdicts:
        spoken = waiting if verdict.judged is None else waiting & verdict.judged
        judged = frozenset(part for part in spoken if verdict.has_seen(made[part]))
        broken |= judged if verdict.broken is None else judged & verdict.broken
        waiting -= judged
        if not waiting:
            break
    return frozenset(broken), waiting


def _some(parts: frozenset[str], made: Mapping[str, Publication]) -> tuple[str, ...]:
    """Name parts where not all of them are meant."""
    return () if len(parts) == len(made) else tuple(sorted(parts))


def _is_step_of_an_asset(context: dg.InputContext) -> bool:
    """Tell whether an asset is made of it: checks judge it, and a person may look at it."""
    try:
        step = context.step_context
    except dg.DagsterInvariantViolationError:
        return False
    reader = step.job_def.asset_layer.get_assets_def_for_node(step.node_handle)
    return not isinstance(reader, dg.AssetChecksDefinition)


def _verdicts(instance: dg.DagsterInstance, key: dg.AssetCheckKey) -> Iterator[Verdict]:
    """Yield what a check said, the last first; a check that was not carried out said nothing."""
    cursor: int | None = None
    while page := instance.event_log_storage.get_asset_check_execution_history(
        key, _PAGE, cursor, COMPLETED
    ):
        for record in sorted(page, key=_ended, reverse=True):
            if record.evaluation is not None:
                yield _verdict(record.evaluation, _began(instance, record))
        cursor = page[-1].id


def _ended(record: AssetCheckExecutionRecord) -> float:
    return record.event.timestamp if record.event else 0.0


def _verdict(told: dg.AssetCheckEvaluation, began: float) -> Verdict:
    judged, broken = (_quarters(told, name) for name in (JUDGED, BROKEN))
    version = told.metadata.get(VERSION)
    return Verdict(
        began=began,
        judged=judged,
        broken=broken if is_broken(told) else frozenset(),
        version=str(version.value) if version else "",
    )


def _began(instance: dg.DagsterInstance, record: AssetCheckExecutionRecord) -> float:
    step = record.event.step_key if record.event else None
    stats = instance.get_run_step_stats(record.run_id, [step]) if step else []
    return (stats[0].start_time if stats else None) or 0.0


def _quarters(told: dg.AssetCheckEvaluation, name: str) -> frozenset[str] | None:
    """Return the quarters that a result names in its metadata; ``None`` where it names none."""
    named = told.metadata.get(name)
    quarters = named.value if isinstance(named, dg.JsonMetadataValue) else None
    return frozenset(map(str, quarters)) if quarters is not None else None
