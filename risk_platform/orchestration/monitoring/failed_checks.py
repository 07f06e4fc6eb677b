"""Failed checks: those that did not pass since the last look, in the order of the event log."""

from collections.abc import Sequence

import dagster as dg

# In one look; what is behind it comes in the next one.
_MOST = 500


def checks_since(
    instance: dg.DagsterInstance, cursor: int | None
) -> Sequence[tuple[int, dg.AssetCheckEvaluation]]:
    """Return the checks that were made behind an event, each with the number of its own.

    Parameters
    ----------
    instance
        Where checks are recorded.
    cursor
        Number of the event; ``None``: from the first one on.
    """
    sought = dg.EventRecordsFilter(dg.DagsterEventType.ASSET_CHECK_EVALUATION, after_cursor=cursor)
    # The instance's own method is deprecated, and there is none in its place for checks.
    records = instance.event_log_storage.get_event_records(sought, limit=_MOST, ascending=True)
    return [
        (record.storage_id, event.asset_check_evaluation_data)
        for record in records
        if (event := record.event_log_entry.dagster_event)
    ]


def sentence_of_failure(check: dg.AssetCheckEvaluation) -> str:
    """Say which check failed, and why; empty where it passed, or merely warns."""
    if check.passed or check.severity is not dg.AssetCheckSeverity.ERROR:
        return ""
    name = f"{check.asset_key.to_user_string()}: {check.check_name}"
    return f"{name} does not hold. {check.description or ''}".rstrip()
