"""The trial: a bundle is read for the first time in a process that may die of it.

LightGBM crashes, hangs or takes all memory on many a text that is no model: of 40 that were cut
off, 36 killed the process that read them. ``python -m risk_platform.handover.models.trial`` is that
process. Its time and memory are bounded, it has none of our secrets, and its exit code says what
came of it.
"""

import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from risk_platform.errors.models import BundleError, RefusedModelError

# Of the processor, for reading and scoring; and of the clock, for whatever else may be waited for.
CPU_SECONDS, WALL_SECONDS = 10, 60
# Beyond what the process takes before it reads; the largest forest takes a tenth of it.
MEMORY_BYTES = 2**30
# Of any file that it writes, its output among them; more than any sentence.
FILE_BYTES, _SENTENCE_BYTES = 2**26, 2**12
_REFUSED = 3


def try_out(folder: Path, version: int) -> None:
    """Have another process read a bundle and score the hand-written applications with it.

    Raises
    ------
    RefusedModelError
        The process dies of it, or does not come to an end, or the bundle is not what it should be.
    """
    command = [sys.executable, "-m", __name__, str(folder), str(version)]
    with tempfile.TemporaryFile() as said:
        try:
            done = subprocess.run(
                command,
                env={"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.DEVNULL,
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            why = f"reading it takes longer than {WALL_SECONDS} seconds"
            raise RefusedModelError(version, why) from error
        if done.returncode:
            said.seek(max(0, said.seek(0, os.SEEK_END) - _SENTENCE_BYTES))
            raise RefusedModelError(version, _why(done.returncode, said.read()))


def _why(code: int, said: bytes) -> str:
    if code == _REFUSED:
        return said.decode(errors="replace").splitlines()[-1]
    if code < 0:
        return f"reading it kills the process ({signal.Signals(-code).name})"
    return f"reading it ends the process with code {code}"


def main(arguments: Sequence[str]) -> int:
    """Read the bundle of a folder and prove it; return the exit code."""
    from risk_platform.scoring.bundle import prove, read_bundle  # noqa: PLC0415 - spares who asks

    folder, version = Path(arguments[0]), int(arguments[1])
    _limit()
    try:
        prove(read_bundle(folder), version)
    except BundleError as error:
        print(error)  # noqa: T201 - this is what the other process reads
        return _REFUSED
    return 0


def _limit() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    memory = pages * resource.getpagesize() + MEMORY_BYTES
    for kind, most in (
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
