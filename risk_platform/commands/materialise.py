"""Materialise the whole platform in one run, and say which asset is at work."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from risk_platform.commands.home import alone_in
from risk_platform.definitions import build_definitions
from risk_platform.errors import BusyHomeError, RunFailedError
from risk_platform.orchestration.jobs import refresh_platform
from risk_platform.orchestration.partitions import FIRST_QUARTER, LAST_QUARTER
from risk_platform.orchestration.processes import live_runs
from risk_platform.settings import Settings

POLL_SECONDS = 0.5
# The progress display says what happens; the console log would write over it.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
# Dagster's own tags for a run that covers a range of partitions.
RANGE_TAGS = {
    "dagster/asset_partition_range_start": FIRST_QUARTER,
    "dagster/asset_partition_range_end": LAST_QUARTER,
}


def materialise(settings: Settings, instance: dg.DagsterInstance, console: Console) -> str:
    """Run every asset and check, all quarters at once, and return the run's id.

    Raises
    ------
    BusyHomeError
        Another run is at work in the same home.
    RunFailedError
        A step failed or a blocking check did not pass; the message is the first cause.
    """
    job = build_definitions(settings).resolve_job_def(refresh_platform.name)
    run_id = str(uuid.uuid4())
    steps = len(list(job.nodes))
    with alone_in(settings.root, "run"), _progress(instance, run_id, steps, console):
        if live_runs(instance):
            raise BusyHomeError(settings.root, "run")
        result = job.execute_in_process(
            instance=instance,
            run_id=run_id,
            run_config=QUIET,
            tags=RANGE_TAGS,
            raise_on_error=False,
        )
    if not result.success:
        raise RunFailedError(*_first_failure(result))
    return run_id


@contextmanager
def _progress(
    instance: dg.DagsterInstance, run_id: str, steps: int, console: Console
) -> Iterator[None]:
    """Show the step at work, read from the event log, until the block ends."""
    done = threading.Event()
    columns = (
        TextColumn("[bold]{task.description:<44}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("starting", total=steps)

        def follow() -> None:
            while not done.wait(POLL_SECONDS):
                started = _steps(instance, run_id, dg.DagsterEventType.STEP_START)
                ended = len(_steps(instance, run_id, dg.DagsterEventType.STEP_SUCCESS))
                progress.update(task, completed=ended, description=(started or ["starting"])[-1])

        watcher = threading.Thread(target=follow, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
            ended = len(_steps(instance, run_id, dg.DagsterEventType.STEP_SUCCESS))
            progress.update(
                task, completed=ended, description="done" if ended == steps else "stopped"
            )


def _steps(instance: dg.DagsterInstance, run_id: str, kind: dg.DagsterEventType) -> list[str]:
    entries = instance.all_logs(run_id, of_type=kind)
    return [entry.step_key for entry in entries if entry.step_key]


def _first_failure(result: dg.ExecuteInProcessResult) -> tuple[str, str]:
    failed = next(e for e in result.all_events if e.is_step_failure or e.is_run_failure)
    step = failed.step_key or "the run"
    data = failed.step_failure_data if failed.is_step_failure else failed.job_failure_data
    error = data.error
    # Dagster wraps what was raised in errors of its own; below those stands ours.
    while error is not None and error.cause and str(error.cls_name).startswith("Dagster"):
        error = error.cause
    if error is None:
        return step, failed.message or "no message"
    # Dagster writes `module.SomeError: sentence`; the sentence is made to stand alone.
    sentence = error.message.partition(f"{error.cls_name}: ")[2] or error.message
    return step, sentence.strip()
