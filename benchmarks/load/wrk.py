"""As many requests as it takes: each connection asks again as soon as it was answered."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

SCRIPT = Path(__file__).with_suffix(".lua")
# Of one answer: more than any of the servers takes when it is well.
TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Throughput:
    """What became of requests.

    Parameters
    ----------
    answers, seconds
        How many there were in how long, those that say no included.
    failed
        Requests without an answer, and answers that say no: 400 and above.
    p50_ms, p99_ms
        Quantiles of the time that an answer took, in milliseconds.
    """

    answers: int
    seconds: float
    failed: int
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


def demand_wrk() -> None:
    """End where wrk is missing."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed: apt-get install wrk (Debian), brew install wrk (macOS)")


def keep_busy(
    url: str, bodies: Sequence[bytes], connections: int, seconds: int, scratch: Path
) -> Throughput:
    """Post bodies in turn over some connections.

    Parameters
    ----------
    url
        Where to.
    bodies
        JSON, no line breaks within.
    connections, seconds
        How many, and for how long.
    scratch
        Folder for what wrk reads.
    """
    lines = scratch / "bodies.jsonl"
    lines.write_bytes(b"\n".join(bodies) + b"\n")
    options = [f"--connections={connections}", f"--duration={seconds}s"]
    program = ["wrk", "--threads=1", f"--timeout={TIMEOUT_SECONDS}s", *options]
    done = subprocess.run(
        [*program, f"--script={SCRIPT}", url, "--", lines],
        check=True,
        capture_output=True,
        text=True,
    )
    return read_summary(done.stdout)


def read_summary(output: str) -> Throughput:
    """Read what ``wrk.lua`` tells at the end of wrk's own output."""
    return msgspec.json.decode(output.splitlines()[-1], type=Throughput)
