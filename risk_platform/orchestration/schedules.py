"""Schedules: what is run by the clock, once a person has switched it on."""

from datetime import UTC, timedelta

import dagster as dg

from risk_platform.orchestration.jobs import refresh_platform, report_drift
from risk_platform.orchestration.partitions import EVERY_QUARTER


# LendingClub published its files monthly; by the second night the first day's files are there.
@dg.schedule(
    job=refresh_platform,
    cron_schedule="0 3 2 * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Refreshes the platform on the second of each month at 03:00 UTC.",
)
def monthly_refresh() -> dg.RunRequest:
    """Ask for all quarters, in one run."""
    return dg.RunRequest(tags=EVERY_QUARTER)


@dg.schedule(
    job_name="watch_platform",
    cron_schedule="0 6 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Looks at the raw files and at what is published, every day at 06:00 UTC.",
)
def daily_watch() -> dg.RunRequest:
    """Ask for a look at everything."""
    return dg.RunRequest(tags=EVERY_QUARTER)


@dg.schedule(
    job_name="purge_old_decisions",
    cron_schedule="30 4 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Purges decisions whose 25 months are over, every day at 04:30 UTC.",
)
def daily_retention() -> dg.RunRequest:
    """Ask for a purge."""
    return dg.RunRequest()


@dg.schedule(
    job=report_drift,
    cron_schedule="30 1 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Reports the drift of the day before, every day at 01:30 UTC.",
)
def daily_monitoring(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Ask for the report of the last day that is over."""
    day = context.scheduled_execution_time.astimezone(UTC).date() - timedelta(days=1)
    return dg.RunRequest(run_key=day.isoformat(), partition_key=day.isoformat())
