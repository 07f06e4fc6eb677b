"""Ripening: days are reported again as it becomes known what came of their decisions."""

from collections.abc import Mapping
from pathlib import Path

import dagster as dg
from pydantic import TypeAdapter

from risk_platform.evaluation.drift.outcomes import outcomes_by_day, read_outcomes
from risk_platform.orchestration.jobs import report_drift
from risk_platform.orchestration.partitions import DAYS
from risk_platform.orchestration.tags import OUTCOMES
from risk_platform.settings import Settings

# A lender tells of all loans at once, each month: their days are reported one after the other.
LOOK_SECONDS, MOST_DAYS = 3_600, 4
_MEMORY = TypeAdapter(dict[str, str])


def report_drift_when_outcomes_grow(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor that has days reported again."""

    @dg.sensor(
        name="report_drift_when_outcomes_grow",
        job=report_drift,
        minimum_interval_seconds=LOOK_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Asks for the report of each day of whose decisions RISK_OUTCOMES tells something new, "
            f"{MOST_DAYS} days in an hour at the most, the earliest first."
        ),
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not settings.outcomes:
            return dg.SkipReason("RISK_OUTCOMES names no file")
        told = outcomes_by_day(read_outcomes(Path(settings.outcomes).expanduser()))
        asked = _MEMORY.validate_json(context.cursor) if context.cursor else {}
        return _asking(told, asked)

    return look


def _asking(told: Mapping[str, str], asked: Mapping[str, str]) -> dg.SensorResult:
    """Ask for days that are told of otherwise than when they were asked for last."""
    known = sorted(told.keys() & {*DAYS.get_partition_keys()})
    days = [day for day in known if asked.get(day) != told[day]][:MOST_DAYS]
    memory = _MEMORY.dump_json({**asked, **{day: told[day] for day in days}}).decode()
    if not days:
        return dg.SensorResult(skip_reason="nothing new is told", cursor=memory)
    runs = [
        dg.RunRequest(run_key=f"{day}-{told[day]}", partition_key=day, tags={OUTCOMES: told[day]})
        for day in days
    ]
    return dg.SensorResult(run_requests=runs, cursor=memory)
