"""Failed checks: what each check said when it was made last, in the order in which they were."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

import dagster as dg
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from sqlalchemy import select

_MADE = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}


class Word(NamedTuple):
    """What a check said when it was made last.

    Parameters
    ----------
    at_s
        When, in seconds since 1970.
    check
        What it found.
    """

    at_s: float
    check: dg.AssetCheckEvaluation


def last_words(instance: dg.DagsterInstance) -> Sequence[Word]:
    """Return the last word of each check that was ever made, the oldest first.

    One that a run has planned and not made yet says nothing: the one before it counts.

    Notes
    -----
    Events are not read one behind the other: where each run has a file of its own, as in SQLite,
    they have no order that a cursor could keep.
    """
    return sorted(_words(instance), key=lambda word: word.at_s)


def sentence_of_failure(check: dg.AssetCheckEvaluation) -> str:
    """Say which check failed, and why; empty where it passed, or merely warns."""
    if check.passed or check.severity is not dg.AssetCheckSeverity.ERROR:
        return ""
    name = f"{check.asset_key.to_user_string()}: {check.check_name}"
    return f"{name} does not hold. {check.description or ''}".rstrip()


def _words(instance: dg.DagsterInstance) -> Iterator[Word]:
    storage = instance.event_log_storage
    for key in _ever_made(instance):
        for record in storage.get_asset_check_execution_history(key, limit=1, status=_MADE):
            if record.event and record.evaluation:
                yield Word(record.event.timestamp, record.evaluation)


def _ever_made(instance: dg.DagsterInstance) -> Iterator[dg.AssetCheckKey]:
    """Yield the checks that there are words of; Dagster asks by the keys that its code has."""
    table = AssetCheckExecutionsTable.c
    asked = select(table.asset_key, table.check_name).distinct()
    # Each storage that Dagster comes with is one.
    with cast(SqlEventLogStorage, instance.event_log_storage).index_connection() as connection:
        rows = connection.execute(asked).all()
    for asset, name in rows:
        if key := dg.AssetKey.from_db_string(asset):
            yield dg.AssetCheckKey(key, name)
