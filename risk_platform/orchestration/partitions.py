"""Partitions: loans are kept by their quarter of issue, their vintage; decisions by their day."""

from collections.abc import Mapping

import dagster as dg

from risk_platform.contract.vintages import quarter_starts

_STARTS = quarter_starts()

# A quarter is named by its first day. Time windows, so that months map to quarters by themselves.
QUARTERS = dg.TimeWindowPartitionsDefinition(
    cron_schedule="0 0 1 */3 *", start=_STARTS[0], end="2020-10-01", fmt="%Y-%m-%d"
)

# Days of decisions, UTC. Today's is there too, as far as it has come.
DAYS = dg.DailyPartitionsDefinition(start_date="2026-01-01", timezone="UTC", end_offset=1)

FIRST_QUARTER, LAST_QUARTER = _STARTS[0], _STARTS[-1]

# Dagster's own tags for a run that covers a partition, or a range of them.
_PARTITION = "dagster/partition"
_RANGE_START, _RANGE_END = (
    "dagster/asset_partition_range_start",
    "dagster/asset_partition_range_end",
)
EVERY_QUARTER = {_RANGE_START: FIRST_QUARTER, _RANGE_END: LAST_QUARTER}


def quarters_of_run(tags: Mapping[str, str]) -> frozenset[str] | None:
    """Return the quarters that a run with these tags speaks for; ``None`` where it names none.

    A check is told its partition only in a run over one, and only as a preview of Dagster 1.13;
    ours run over ranges.
    """
    if _PARTITION in tags:
        return frozenset({tags[_PARTITION]})
    if _RANGE_START in tags:
        return frozenset(q for q in _STARTS if tags[_RANGE_START] <= q <= tags[_RANGE_END])
    return None
