"""Lineage, read from Dagster's event log: which version of each asset was last made, and where."""

from collections.abc import Iterable
from datetime import UTC, datetime

import dagster as dg

from risk_platform.evaluation.lineage import Source
from risk_platform.orchestration.versions import DATA_VERSION_TAG

CODE_VERSION_TAG = "dagster/code_version"


def lineage_of(instance: dg.DagsterInstance, assets: Iterable[str]) -> tuple[Source, ...]:
    """Return assets as they were last made, in the order given; one never made is left out.

    Parameters
    ----------
    instance
        Where runs are recorded.
    assets
        Their names.
    """
    found = [_source(instance, name) for name in assets]
    return tuple(source for source in found if source is not None)


def _source(instance: dg.DagsterInstance, name: str) -> Source | None:
    event = instance.get_latest_materialization_event(dg.AssetKey(name))
    made = event.asset_materialization if event else None
    if event is None or made is None:
        return None
    tags, content = made.tags or {}, made.metadata.get("content")
    when = datetime.fromtimestamp(event.timestamp, UTC).isoformat(timespec="seconds")
    return Source(
        asset=name,
        version=tags.get(DATA_VERSION_TAG, ""),
        content=str(content.value) if content else "",
        code=tags.get(CODE_VERSION_TAG, ""),
        run_id=event.run_id,
        made_at=when,
        files=_files(made),
    )


def _files(made: dg.AssetMaterialization) -> tuple[str, ...]:
    """Return the names in the table of files that the landing of raw loans records."""
    table = made.metadata.get("files")
    records = table.records if isinstance(table, dg.TableMetadataValue) else ()
    return tuple(str(record.data["file"]) for record in records)
