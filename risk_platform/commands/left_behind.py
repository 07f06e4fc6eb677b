"""Left behind: services of an `up` that was killed, and so could not end them.

They would hold the ports, and the lock, of the next one. Whatever is started beside others bears a
mark in its environment, which is handed on to all that it starts.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from risk_platform.orchestration.processes import age_of, is_gone, machine_name, process_name

_MARK = "STARTED_BY_RISK_UP"
_END_SECONDS = 10


def mark(home: Path) -> Mapping[str, str]:
    """Return what this process puts into the environment of what it starts for a home."""
    return {_MARK: f"{process_name(os.getpid())} {home}"}


def end_left_behind(home: Path) -> int:
    """End what was started for a home by a process that is gone; return how many there were."""
    left = {process for process in psutil.process_iter() if _is_left(process, home)}
    # What passes on the lines of a service is a copy of who started it, and bears no mark.
    left |= {parent for process in left if (parent := _younger_parent(process))}
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(left, _END_SECONDS)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, _END_SECONDS)
    return len(left)


def _is_left(process: psutil.Process, home: Path) -> bool:
    starter, of = _marked(process)
    ours = starter.startswith(f"{machine_name()}/") and of == str(home)
    return ours and is_gone(starter) and process.pid != os.getpid()


def _marked(process: psutil.Process) -> tuple[str, str]:
    """Return who started a process, and for which home; empty where that is not known."""
    try:
        starter, _, home = process.environ().get(_MARK, "").partition(" ")
    except psutil.Error:  # another user's, or gone
        return "", ""
    return starter, home


def _younger_parent(process: psutil.Process) -> psutil.Process | None:
    """Return the parent, where it is younger than who started the process: no init, nor a shell."""
    starter, _ = _marked(process)
    try:
        parent = process.parent()
        if parent and starter and parent.create_time() - psutil.boot_time() > age_of(starter):
            return parent
    except psutil.Error:
        pass
    return None
