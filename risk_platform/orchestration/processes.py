"""Processes: which one executes a run, so that a run whose process is gone can be told."""

import dagster as dg
import psutil

PROCESS = "risk_platform/process"


def process_name(pid: int) -> str:
    """Name a process so that a later one of the same id is another; empty where there is none."""
    try:
        return f"{pid}@{psutil.Process(pid).create_time():.0f}"
    except psutil.NoSuchProcess:
        return ""


def live_runs(instance: dg.DagsterInstance) -> list[str]:
    """Return the runs at work, and report those as failed whose process is gone.

    Dagster itself cannot tell: a run that was killed stays "started" for ever, and the queue
    waits for it. A run names its process as soon as it starts, whoever launched it.
    """
    started = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
    alive = [run for run in started if _is_alive(run)]
    for run in started:
        if run not in alive:
            instance.report_run_failed(run, "The process of this run is gone.")
    return [run.run_id for run in alive]


def _is_alive(run: dg.DagsterRun) -> bool:
    process = run.tags.get(PROCESS, "")
    return bool(process) and process == process_name(int(process.partition("@")[0]))
