"""Sensors: they look, and ask for a run or raise an alert; the work is done elsewhere."""

from dataclasses import dataclass, replace
from pathlib import Path

import dagster as dg
from pydantic import TypeAdapter

from risk_platform.errors.base import RiskPlatformError
from risk_platform.handover.models.promotions import Promotions
from risk_platform.orchestration.alerts import (
    Alarm,
    alert_of,
    deliver,
    hide_secrets,
    known_secrets,
)
from risk_platform.orchestration.jobs import refresh_platform
from risk_platform.orchestration.partitions import EVERY_QUARTER
from risk_platform.settings import Settings
from risk_platform.sources.arrivals import Arrivals, Sight, look_into
from risk_platform.sources.digest import file_digests, source_digest
from risk_platform.sources.raw_file import RawFile

# A file that did not change from one look to the next is whole.
LOOK_SECONDS = 60
# What the watch of the champion remembers beside a sentence: that all is well, or that it was told.
AGREES, _TOLD = "the alias is as recorded", "told: "


@dataclass(frozen=True, slots=True)
class Memory:
    """What the sensor of the drop folder remembers.

    Parameters
    ----------
    seen, asked
        What lay there at the last look, and at the last request.
    digest
        Of the bytes of the last request.
    requests
        How many there were.
    """

    seen: Sight
    asked: Sight
    digest: str = ""
    requests: int = 0


_MEMORY = TypeAdapter(Memory)


def build_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """Return the sensors of an environment."""
    return [_refresh_on_new_files(settings), _alert_on_failure(settings), _watch_champion(settings)]


def _refresh_on_new_files(settings: Settings) -> dg.SensorDefinition:
    @dg.sensor(
        name="refresh_on_new_files",
        job=refresh_platform,
        minimum_interval_seconds=LOOK_SECONDS,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description=(
            "Refreshes the platform when the bytes in RISK_DROP_FOLDER are new and no file there "
            "is still being written: one that kept its size and time of change between two looks, "
            "or beside which a marker of its name and `.done` lies, is whole."
        ),
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not settings.drop_folder:
            return dg.SkipReason("RISK_DROP_FOLDER names no folder")
        if settings.source:
            return dg.SkipReason("RISK_SOURCE names where runs read from: it must be empty")
        arrivals = look_into(Path(settings.drop_folder).expanduser())
        return decide(arrivals, context.cursor)

    return look


def decide(arrivals: Arrivals, cursor: str | None) -> dg.SensorResult:
    """Ask for a run when all files are whole and hold other bytes than at the last request.

    The cursor is what is remembered from look to look, as JSON.
    """
    memory = _MEMORY.validate_json(cursor) if cursor else Memory({}, {})
    moving = arrivals.moving(memory.seen)
    memory = replace(memory, seen=arrivals.seen)
    if moving:
        return _skip(f"still being written, or first seen now: {', '.join(moving)}", memory)
    if not arrivals.seen:
        return _skip(f"no raw file lies in {arrivals.folder}", memory)
    if arrivals.seen == memory.asked:
        return _skip("nothing changed since the last request", memory)
    memory = replace(memory, asked=arrivals.seen)
    digest = source_digest(file_digests(RawFile(path) for path in arrivals.paths))
    if digest == memory.digest:
        return _skip("the files were touched, but hold the same bytes", memory)
    # Dagster starts one run a key. A tick that is repeated after a crash asks with the same key;
    # the number lets bytes that were there before, and are there again, be refreshed.
    request = dg.RunRequest(run_key=f"{digest}-{memory.requests}", tags=EVERY_QUARTER)
    memory = replace(memory, digest=digest, requests=memory.requests + 1)
    return dg.SensorResult(run_requests=[request], cursor=_text(memory))


def _skip(why: str, memory: Memory) -> dg.SensorResult:
    return dg.SensorResult(skip_reason=why, cursor=_text(memory))


def _text(memory: Memory) -> str:
    return _MEMORY.dump_json(memory).decode()


def _alert_on_failure(settings: Settings) -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="alert_on_failure",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Posts each failed run to RISK_ALERT_WEBHOOK, or writes it to the log.",
    )
    def tell(context: dg.RunFailureSensorContext) -> None:
        alert = alert_of(
            context.dagster_run,
            context.failure_event,
            context.get_step_failure_events(),
            settings.dagster_url,
        )
        deliver(alert.without(known_secrets(settings)), settings, context.log)

    return tell


def _watch_champion(settings: Settings) -> dg.SensorDefinition:
    @dg.sensor(
        name="watch_champion",
        minimum_interval_seconds=LOOK_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Raises an alarm where the registry's alias `champion` is not what the record of "
            "promotions says: somebody moved it by hand. Once for each thing that is wrong, when "
            "two looks have seen it."
        ),
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        said = _disagreement(settings)
        if not said:
            return dg.SensorResult(skip_reason=AGREES, cursor=AGREES)
        told = f"{_TOLD}{said}"
        # A decision writes the record first: only what two looks in a row see is an alarm.
        if context.cursor == said and deliver(_alarm(said, settings), settings, context.log):
            return dg.SensorResult(skip_reason=said, cursor=told)
        cursor = told if context.cursor == told else said
        return dg.SensorResult(skip_reason=said, cursor=cursor)

    return look


def _disagreement(settings: Settings) -> str:
    """Say what is wrong with the alias; that neither it nor the record can be read is wrong too."""
    try:
        return Promotions.of(settings).disagreement()
    except RiskPlatformError as error:
        return f"who leads cannot be told: {error}"


def _alarm(said: str, settings: Settings) -> Alarm:
    page = f"{settings.mlflow_url}/#/models/{settings.model_name}"
    cause = hide_secrets(f"{settings.model_name}: {said}.", known_secrets(settings))
    return Alarm(cause, page)
