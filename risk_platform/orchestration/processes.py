"""Processes: which one executes a run, so that a run whose process is gone can be told.

Only of its own machine a command can tell that a process is gone. What another host or container
runs, in an instance that they share, counts as at work until Dagster's run monitoring ends it
(``dagster.yaml``: ``max_runtime_seconds``), or a person does.
"""

import socket
import time
from pathlib import Path

import dagster as dg
import psutil

PROCESS = "risk_platform/process"
# A run starts before it names its process: as long as dagster.yaml lets it take to start at all.
UNNAMED_SECONDS = 300
# As long as dagster.yaml lets a run be at work.
MOST_SECONDS = 43_200
# What numbers of processes hold in, and how long, where Linux says so.
_NAMESPACE, _BOOT = Path("/proc/self/ns/pid"), Path("/proc/sys/kernel/random/boot_id")


def machine_name() -> str:
    """Name where a number of a process is that process: a host, or one container of it.

    Containers that share a host name, as those of one pod do, count their processes each.
    """
    numbers = _NAMESPACE.readlink() if _NAMESPACE.is_symlink() else ""
    return f"{socket.gethostname()}/{numbers}"


def process_name(pid: int) -> str:
    """Name a process so that neither a later one nor another machine's is meant.

    Empty where there is none, or where it ended and nobody has asked how.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        # Since the machine started: by the clock it would move whenever that is set right.
        age = process.create_time() - psutil.boot_time()
    except psutil.NoSuchProcess:
        return ""
    boot = _BOOT.read_text().strip() if _BOOT.exists() else ""
    return f"{machine_name()}/{boot}/{pid}@{age:.2f}"


def is_gone(name: str) -> bool:
    """Tell of a process of this machine, by its name, whether it has ended."""
    return name != process_name(int(name.rpartition("/")[2].partition("@")[0]))


def age_of(name: str) -> float:
    """Return when a process began, by its name, in seconds since its machine did."""
    return float(name.rpartition("@")[2])


def live_runs(instance: dg.DagsterInstance) -> list[str]:
    """Return the runs at work, and report those as failed whose process is gone.

    Dagster itself cannot tell: a run that was killed stays "started" for ever, and the queue
    waits for it. A run names its process as soon as it starts, whoever launched it.
    """
    lost = {run_id for run_id, record in _started(instance).items() if _is_lost(record)}
    # It may have come to its end, or named its process, since we read of it; and if it is gone, it
    # writes no more, so that what we read now is its last word.
    again = _started(instance)
    for run_id in lost & again.keys():
        if _is_lost(again[run_id]):
            instance.report_run_failed(
                again.pop(run_id).dagster_run, "The process of this run is gone."
            )
    return list(again)


def _started(instance: dg.DagsterInstance) -> dict[str, dg.RunRecord]:
    records = instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
    return {record.dagster_run.run_id: record for record in records}


def _is_lost(record: dg.RunRecord) -> bool:
    """Tell whether a run's process is gone, as far as this machine knows, or must be by now."""
    process = record.dagster_run.tags.get(PROCESS, "")
    age = time.time() - (record.start_time or record.create_timestamp.timestamp())
    if age > MOST_SECONDS:
        return True
    # Earlier releases named no machine.
    if "/" not in process:
        return age > UNNAMED_SECONDS
    if not process.startswith(f"{machine_name()}/"):
        return False
    return is_gone(process)
