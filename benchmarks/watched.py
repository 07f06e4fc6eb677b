"""Watching: how long a task of its own process takes, and how much memory its processes hold."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

Figures = dict[str, float]
# Step to when it ran, in seconds since 1970.
Spans = Mapping[str, Sequence[tuple[float, float]]]


def watched(module: str, *task: str) -> tuple[Figures, dict[str, Figures]]:
    """Run a task in a process of its own; return its figures, and those of its steps.

    Parameters
    ----------
    module
        Run with ``task`` as its arguments; ends by ``tell``.
    """
    started = time.time()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *task], stdout=subprocess.PIPE, text=True
    )
    with _memory(process.pid) as seen:
        told, _ = process.communicate()
    if process.returncode:
        sys.exit(f"{task[0]} failed")
    whole = {"s": time.time() - started, "peak MB": _peak(seen, started, time.time())}
    spans: Spans = json.loads(told.splitlines()[-1])
    return whole, {
        name: {
            "s": sum(end - start for start, end in times),
            "peak MB": max(_peak(seen, *span) for span in times),
        }
        for name, times in spans.items()
    }


def tell(spans: Spans) -> None:
    """Say to the process that watches when the steps of this one ran."""
    sys.stdout.write("\n" + json.dumps(spans) + "\n")


@contextmanager
def _memory(pid: int) -> Iterator[list[tuple[float, float]]]:
    """Note the time and the memory of a process and all its children, until the block ends."""
    seen: list[tuple[float, float]] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.25):
            seen.append((time.time(), _tree_mb(pid)))

    thread = threading.Thread(target=look)
    thread.start()
    yield seen
    over.set()
    thread.join()


def _tree_mb(pid: int) -> float:
    """Return the proportional set size: memory that processes share counts once."""
    total = 0
    try:
        process = psutil.Process(pid)
        tree = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for one in tree:
        try:
            rollup = Path(f"/proc/{one.pid}/smaps_rollup").read_text()
        except OSError:  # it ended meanwhile
            continue
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:")
    return total / 1024


def _peak(seen: Sequence[tuple[float, float]], start: float, end: float) -> float:
    return max((mb for at, mb in seen if start <= at <= end), default=0)
