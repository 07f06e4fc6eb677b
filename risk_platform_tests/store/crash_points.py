"""Kill a process that publishes at its first, second, third … access to the disk; see what is left.

Run as a program, as it forks: ``crash_points.py WRITER FOLDER``. It prints how many crashes left
the old version, how many the new one, and how many neither. Writers are of tables, of documents,
and a careless one.
"""

import itertools
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from risk_platform.errors.tables import DamagedTableError
from risk_platform.store.documents import DocumentStore
from risk_platform.store.publications import LOG, Publications
from risk_platform.store.tables import TableStore
from risk_platform_tests.store.tables import TABLE, is_linear, numbers, publish, write

ACCESSES = ("open", "os.link", "os.listdir", "os.mkdir", "os.remove", "os.rmdir", "os.scandir")
OLD, NEW = 1, 2


def without_care(store: TableStore) -> None:
    """Write over the old version, as Spark's ``mode("overwrite")`` does."""
    [file] = store.files(TABLE)
    Path(file).unlink()
    write(Path(file).parent, NEW)


def read_table(store: TableStore) -> int:
    """Return which version of a table is current."""
    store.verify(TABLE)
    [number] = numbers(store)
    return number


def publish_document(store: DocumentStore, number: int) -> None:
    """Publish a version of a document."""
    store.publish(TABLE, str(number).encode())


def read_document(store: DocumentStore) -> int:
    """Return which version of a document is current."""
    return int(store.read(TABLE))


@dataclass(frozen=True)
class Writer:
    """What writes, and how what it wrote is read.

    Parameters
    ----------
    store
        Where it publishes.
    publish
        How a number is published.
    write_new
        How the new version is written.
    read
        How the number is read.
    """

    store: Callable[[Path], Any]
    publish: Callable[[Any, int], object]
    write_new: Callable[[Any], object]
    read: Callable[[Any], int]


WRITERS = {
    "store": Writer(TableStore, publish, lambda store: publish(store, NEW), read_table),
    "careless": Writer(TableStore, publish, without_care, read_table),
    "documents": Writer(
        DocumentStore, publish_document, lambda store: publish_document(store, NEW), read_document
    ),
}


def killed(write_new: Callable[[Any], object], store: Publications, moment: int) -> bool:
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


def seen(writer: Writer, store: Publications) -> int | None:
    """Return which version a reader sees; None for neither."""
    try:
        return writer.read(store)
    except (DamagedTableError, pa.ArrowInvalid):
        return None


def check_that_the_next_finds_its_way(writer: Writer, store: Publications) -> None:
    """Publish after a crash; nothing of it is left."""
    writer.publish(store, NEW)
    assert seen(writer, store) == NEW
    assert is_linear(store)
    home = Path(store.root) / TABLE
    used = {file.path.split("/")[0] for kept in store.versions(TABLE) for file in kept.files}
    assert {path.name for path in home.iterdir()} == used | {LOG}
    assert {path.suffix for path in (home / LOG).iterdir()} == {".json", ""}


def main(name: str, folder: Path) -> None:
    """Kill at every moment until there is none left."""
    writer = WRITERS[name]
    left = Counter[int | None]()
    for moment in itertools.count(1):
        store = writer.store(folder / str(moment))
        writer.publish(store, OLD)
        if not killed(writer.write_new, store, moment):
            break
        left[seen(writer, store)] += 1
        if name != "careless":
            check_that_the_next_finds_its_way(writer, store)
    sys.stdout.write(f"{left[OLD]} {left[NEW]} {left[None]}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
