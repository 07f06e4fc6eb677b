"""Generator: loans a second, against pandas writing as many loans that lie ready in memory.

The peak memory is that of a process which generates ten times as many: it must not grow.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from benchmarks.figures import show
from benchmarks.peak import peak_mb
from risk_platform.sources.generator.generate import generate

LOANS, ROUNDS = 50_000, 3


def run() -> None:
    """Measure and show."""
    with tempfile.TemporaryDirectory() as folder:
        made = generate(LOANS, 7, Path(folder))
        ready = pd.read_csv(made.csv, dtype=str, skiprows=1)
        ours, pandas = [], []
        for _ in range(ROUNDS):
            ours.append(_seconds(lambda: generate(LOANS, 7, Path(folder))))
            pandas.append(_seconds(lambda: ready.to_csv(Path(folder) / "ready.csv", index=False)))
    speed, peer = LOANS / min(ours), LOANS / min(pandas)
    show(
        "generator",
        {
            "generate and write": {"loans/s": speed, f"peak MB of {LOANS:,}": _peak(LOANS)}
            | {f"peak MB of {10 * LOANS:,}": _peak(10 * LOANS)},
            "pandas, write alone": {"loans/s": peer},
            "ratio": {"loans/s": speed / peer},
        },
    )


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _peak(loans: int) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.generator", str(loans)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        generate(int(sys.argv[1]), 7, Path(scratch))
    sys.stdout.write(str(peak_mb()))
