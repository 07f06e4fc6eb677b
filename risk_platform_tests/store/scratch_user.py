"""A process that uses a scratch folder, tells which, and waits: ``scratch_user.py FOLDER``.

It fetches a table from a remote disk, and is in the middle of writing another version.
"""

import sys

from risk_platform.store.tables import TableStore
from risk_platform_tests.store.tables import TABLE, publish, write


def main(scratch: str) -> None:
    """Fetch, begin to write, and wait for the end of the input."""
    store = TableStore("memory://tables", scratch=scratch)
    publish(store, 1)
    [[fetched]] = store.local_parts(TABLE).values()
    with store.new_version(TABLE) as version:
        write(version.folder, 2)
        sys.stdout.write(f"{fetched} {version.folder}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
