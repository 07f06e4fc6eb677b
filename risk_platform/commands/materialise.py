"""Materialise the whole platform in one run, and say which asset is at work."""

import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import dagster as dg
from rich.console import Console

from risk_platform.commands.home import alone_in
from risk_platform.commands.progress import progress_bar
from risk_platform.definitions import build_definitions
from risk_platform.errors.running import BusyHomeError, RunFailedError
from risk_platform.orchestration.alerts import first_cause
from risk_platform.orchestration.findings import is_broken
from risk_platform.orchestration.jobs import refresh_platform
from risk_platform.orchestration.partitions import EVERY_QUARTER
from risk_platform.orchestration.processes import live_runs
from risk_platform.orchestration.tags import run_tags
from risk_platform.settings import Settings

POLL_SECONDS = 0.5
# The progress display says what happens; the console log would write over it.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def materialise(settings: Settings, instance: dg.DagsterInstance, console: Console) -> str:
    """Run every asset and check, all quarters at once, and return the run's id.

    Raises
    ------
    BusyHomeError
        Another run is at work in the same home.
    RunFailedError
        A step failed or a blocking check did not pass; the message is the first cause.
    """
    result = execute(settings, instance, console)
    raise_if_failed(result)
    return result.run_id


def execute(
    settings: Settings,
    instance: dg.DagsterInstance,
    console: Console,
    assets: Sequence[str] = (),
) -> dg.ExecuteInProcessResult:
    """Run assets and their checks, all quarters at once, and return what came of it.

    Parameters
    ----------
    settings, instance, console
        Of the platform; where runs are kept; where progress is shown.
    assets
        What to run; everything where none is named.

    Raises
    ------
    BusyHomeError
        Another run is at work in the same home.
    """
    job = build_definitions(settings).resolve_job_def(refresh_platform.name)
    run_id = str(uuid.uuid4())
    keys = [dg.AssetKey(name) for name in assets] or None
    steps = len(list((job.get_subset(asset_selection=set(keys)) if keys else job).nodes))
    with alone_in(settings.root, "run"), _progress(instance, run_id, steps, console):
        if alive := live_runs(instance):
            raise BusyHomeError(settings.root, "run", ", ".join(run[:8] for run in alive))
        return job.execute_in_process(
            instance=instance,
            run_id=run_id,
            run_config=QUIET,
            # What executes it here is not the executor that tags all other runs.
            tags={**EVERY_QUARTER, **run_tags(instance, settings.protocol)},
            asset_selection=keys,
            raise_on_error=False,
        )


def raise_if_failed(result: dg.ExecuteInProcessResult) -> None:
    """Raise what stopped a run, if anything did.

    Raises
    ------
    RunFailedError
        A step failed or a blocking check did not pass; the message is the first cause.
    """
    if not result.success:
        raise RunFailedError(*_first_failure(result))


@contextmanager
def _progress(
    instance: dg.DagsterInstance, run_id: str, steps: int, console: Console
) -> Iterator[None]:
    """Show the step at work, read from the event log, until the block ends."""
    done, log = threading.Event(), _Log(instance, run_id)
    with progress_bar(console) as progress:
        task = progress.add_task("starting", total=steps)

        def follow() -> None:
            while not done.wait(POLL_SECONDS):
                log.read_on()
                progress.update(task, completed=log.ended, description=log.at_work)

        watcher = threading.Thread(target=follow, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
            log.read_on()
            over = "done" if log.ended == steps else "stopped"
            progress.update(task, completed=log.ended, description=over)


class _Log:
    """What a run's event log says of its progress."""

    def __init__(self, instance: dg.DagsterInstance, run_id: str) -> None:
        self._instance, self._run_id = instance, run_id
        self._cursor: str | None = None
        self._step, self._said = "starting", ""
        self.ended = 0

    @property
    def at_work(self) -> str:
        """The step at work, and what it says itself."""
        return f"{self._step}: {self._said}" if self._said else self._step

    def read_on(self) -> None:
        """Read what was written since the last time."""
        found = self._instance.get_records_for_run(self._run_id, cursor=self._cursor)
        self._cursor = found.cursor
        for record in found.records:
            self._heed(record.event_log_entry)

    def _heed(self, entry: dg.EventLogEntry) -> None:
        if entry.dagster_event_type is dg.DagsterEventType.STEP_START:
            self._step, self._said = entry.step_key or self._step, ""
        elif entry.dagster_event_type is dg.DagsterEventType.STEP_SUCCESS:
            self.ended += 1
        elif not entry.is_dagster_event and entry.step_key == self._step:
            self._said = entry.user_message


def _broken(check: dg.AssetCheckEvaluation) -> str:
    return f"{check.check_name} does not hold. {check.description or ''}".rstrip()


def _first_failure(result: dg.ExecuteInProcessResult) -> tuple[str, str]:
    failed = next(e for e in result.all_events if e.is_step_failure or e.is_run_failure)
    step = failed.step_key or "the run"
    broken = [check for check in result.get_asset_check_evaluations() if is_broken(check)]
    if broken:
        return broken[0].asset_key.to_user_string(), " ".join(map(_broken, broken))
    data = failed.step_failure_data if failed.is_step_failure else failed.job_failure_data
    return step, first_cause(data.error) or failed.message or "no message"
