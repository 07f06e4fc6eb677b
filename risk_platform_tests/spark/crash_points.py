"""Kill a process that publishes at its first, second, third … access to the disk; see what is left.

Run as a program, as it forks: ``crash_points.py WRITER FOLDER``. It prints how many crashes left
the old version, how many the new one, and how many neither.
"""

import itertools
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from risk_platform.errors.tables import DamagedTableError
from risk_platform.spark.store import LOG, TableStore
from risk_platform_tests.spark.tables import TABLE, is_linear, numbers, publish, write

ACCESSES = ("open", "os.link", "os.listdir", "os.mkdir", "os.remove", "os.rmdir", "os.scandir")
OLD, NEW = 1, 2


def with_care(store: TableStore) -> None:
    """Publish the new version."""
    publish(store, NEW)


def without_care(store: TableStore) -> None:
    """Write over the old version, as Spark's ``mode("overwrite")`` does."""
    [file] = store.files(TABLE)
    Path(file).unlink()
    write(Path(file).parent, NEW)


def killed(write_new: Callable[[TableStore], None], store: TableStore, moment: int) -> bool:
    """Write in a process that is killed at a moment; tell whether it was."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status)
    left = moment

    def strike(event: str, _: tuple[object, ...]) -> None:
        nonlocal left
        if event in ACCESSES:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(strike)
    write_new(store)
    os._exit(0)


def seen(store: TableStore) -> int | None:
    """Return which version a reader sees; None for neither."""
    try:
        store.verify(TABLE)
        [number] = numbers(store)
    except (DamagedTableError, pa.ArrowInvalid):
        return None
    return number


def check_that_the_next_finds_its_way(store: TableStore) -> None:
    """Publish after a crash; nothing of it is left."""
    publish(store, NEW)
    assert seen(store) == NEW
    assert is_linear(store)
    home = Path(store.root) / TABLE
    used = {file.path.split("/")[0] for kept in store.versions(TABLE) for file in kept.files}
    assert {path.name for path in home.iterdir()} == used | {LOG}
    assert {path.suffix for path in (home / LOG).iterdir()} == {".json", ""}


def main(writer: str, folder: Path) -> None:
    """Kill at every moment until there is none left."""
    write_new = {"store": with_care, "careless": without_care}[writer]
    left = Counter[int | None]()
    for moment in itertools.count(1):
        store = TableStore(folder / str(moment))
        publish(store, OLD)
        if not killed(write_new, store, moment):
            break
        left[seen(store)] += 1
        if writer == "store":
            check_that_the_next_finds_its_way(store)
    sys.stdout.write(f"{left[OLD]} {left[NEW]} {left[None]}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
