"""The log of a table or document: who began to write it, what was published; never changed.

An entry is a file that is created whole or not at all, and only where there is none of its number.
That is the one thing which a disk must offer, and all that order rests on:

- a *claim* says that a writer begins, and names the folder which it will write;
- a *publication* is the entry right behind its writer's claim, and holds the manifest.

So a writer can publish exactly as long as nobody began or published after it: its number is then
still free. The last publication is the pointer that readers follow.
"""

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fsspec import AbstractFileSystem
from pydantic import TypeAdapter

from risk_platform.errors.tables import StaleWriterError, UnsafeStoreError
from risk_platform.store.disk import create, names, remove
from risk_platform.store.manifest import Manifest

_ENDING = ".json"


def _writer() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log.

    Parameters
    ----------
    number
        Its place: 1, 2, 3 …
    version
        The version that is claimed or published.
    base
        Number of the publication that was current when the version was claimed; 0 for none.
    manifest
        What is published; None for a claim.
    by, at
        Host and process of the writer, and when it wrote this.
    """

    number: int
    version: str
    base: int
    manifest: Manifest | None = None
    by: str = field(default_factory=_writer)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


_JSON = TypeAdapter(Entry)


class TableLog:
    """The log of one table or document.

    Parameters
    ----------
    disk
        The file system.
    folder
        Where the entries are.
    """

    def __init__(self, disk: AbstractFileSystem, folder: str) -> None:
        self.disk = disk
        self.folder = folder

    def claim(self) -> Entry:
        """Begin a new version: whoever began before can no longer publish."""
        while True:
            last = self.last()
            if last is None:
                self._refuse_unsafe_disk()
            number = last.number + 1 if last else 1
            base = 0 if last is None else last.number if last.manifest else last.base
            claim = Entry(number, f"v-{number:06d}-{uuid.uuid4().hex[:8]}", base)
            with suppress(FileExistsError):  # another began at this moment: after it, then
                self._append(claim)
                return claim

    def publish(self, claim: Entry, manifest: Manifest) -> None:
        """Make a version the current one.

        Raises
        ------
        StaleWriterError
            Another writer began or published since.
        """
        try:
            self._append(Entry(claim.number + 1, claim.version, claim.base, manifest))
        except FileExistsError as error:
            raise StaleWriterError(claim.version, self.read(claim.number + 1).by) from error

    @contextmanager
    def fenced(self, claim: Entry) -> Iterator[None]:
        """Have what fails for a writer that was overtaken, and swept away, say so.

        Raises
        ------
        StaleWriterError
            In place of an error of the block: another writer began or published since the claim.
        """
        try:
            yield
        except BaseException as error:
            last = self.last()
            overtaken = last is not None and last.version != claim.version
            if last and overtaken and isinstance(error, Exception):
                raise StaleWriterError(claim.version, last.by) from error
            raise

    def last(self) -> Entry | None:
        """Return the newest entry."""
        entries = [name for name in names(self.disk, self.folder) if name.endswith(_ENDING)]
        return (
            self.read(max(int(name.removesuffix(_ENDING)) for name in entries)) if entries else None
        )

    def published(self) -> Iterator[Entry]:
        """Yield the publications, the current one first, each followed by the one it stands on."""
        entry = self.last()
        if entry is not None and entry.manifest:
            yield entry
        while entry is not None and entry.base:
            entry = self.read(entry.base)
            yield entry

    def read(self, number: int) -> Entry:
        """Return the entry of a number."""
        return _JSON.validate_json(self.disk.cat_file(self._path(number)))

    def sweep(self) -> None:
        """Remove what killed writers left of entries whose numbers others have taken."""
        found = names(self.disk, self.folder)
        for name in found:
            if name.rpartition(".")[0] in found:
                remove(self.disk, f"{self.folder}/{name}")

    def _append(self, entry: Entry) -> None:
        path = self._path(entry.number)
        try:
            create(self.disk, path, _JSON.dump_json(entry, indent=1))
        except FileExistsError:
            # A store that does not answer is asked again, and then finds what we created ourselves.
            if self.read(entry.number).version != entry.version:
                raise

    def _path(self, number: int) -> str:
        return f"{self.folder}/{number:08d}{_ENDING}"

    def _refuse_unsafe_disk(self) -> None:
        """Have the disk show, before a table's first version, that it creates no file twice."""
        probe = f"{self.folder}/probe"
        with suppress(FileExistsError):
            create(self.disk, probe, b"")
        try:
            create(self.disk, probe, b"")
        except FileExistsError:
            return
        raise UnsafeStoreError(self.disk.unstrip_protocol(self.folder))
