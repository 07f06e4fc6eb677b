"""What Dagster's daemon does for the gate, and nothing else: it renews the lease again and again.

Run as a script, under the daemon's name, with the address of the database and the lease.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.rules import Rules, Verdict
from risk_platform.handover.store import open_store

LEASE_SECONDS = 3.0


def main(url: str, lease_seconds: float) -> None:
    """Renew until ended."""
    with closing(open_store(url)) as database:
        gate = Gate(database, Rules(lease_seconds=lease_seconds))
        while True:
            gate.renew(Verdict.SUFFICIENT)
            time.sleep(LEASE_SECONDS / 10)


@contextmanager
def renewing(
    home: Path,
    url: str,
    folder: Path,
    program: str = "dagster-daemon",
    lease_seconds: float = LEASE_SECONDS,
) -> Iterator[None]:
    """Have such a daemon of a home at work, under some name, in a folder for its script."""
    script = folder / program
    shutil.copy(__file__, script)
    environment = os.environ | {"RISK_HOME": str(home)}
    command = [sys.executable, script, url, str(lease_seconds)]
    with subprocess.Popen(command, env=environment) as process:
        try:
            yield
        finally:
            process.kill()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
