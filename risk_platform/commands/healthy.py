"""Healthy: what watches over containers asks, within one, whether its service works.

``python -m risk_platform.commands.healthy http://127.0.0.1:3000/server_info``, or ``daemon``.
"""

import os
import sys
import urllib.request
from pathlib import Path

_PATIENCE_SECONDS = 4.0


def answers(url: str) -> bool:
    """Say whether an address of this machine answers, and well."""
    try:
        urllib.request.urlopen(url, timeout=_PATIENCE_SECONDS).close()  # noqa: S310 - ours
    except OSError:
        return False
    return True


def main() -> None:
    """Exit by 0 where the service that the argument names works, by 1 where not."""
    what = sys.argv[1]
    if what != "daemon":
        sys.exit(0 if answers(what) else 1)
    from risk_platform.commands.home import prepare_home  # noqa: PLC0415 - all of Dagster is there
    from risk_platform.settings import Settings  # noqa: PLC0415

    prepare_home(Settings())
    program = str(Path(sys.executable).with_name("dagster-daemon"))
    os.execv(program, [program, "liveness-check"])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
