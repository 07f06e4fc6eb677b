"""Partitions: loans are kept by their quarter of issue, their vintage."""

import dagster as dg

from risk_platform.contract.vintages import quarter_starts

_STARTS = quarter_starts()

# A quarter is named by its first day. Time windows, so that months map to quarters by themselves.
QUARTERS = dg.TimeWindowPartitionsDefinition(
    cron_schedule="0 0 1 */3 *", start=_STARTS[0], end="2020-10-01", fmt="%Y-%m-%d"
)

FIRST_QUARTER, LAST_QUARTER = _STARTS[0], _STARTS[-1]

# Dagster's own tags for a run that covers a range of partitions.
EVERY_QUARTER = {
    "dagster/asset_partition_range_start": FIRST_QUARTER,
    "dagster/asset_partition_range_end": LAST_QUARTER,
}
