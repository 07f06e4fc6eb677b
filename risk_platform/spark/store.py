"""Published tables: a new version is written aside, verified, and published by one log entry.

A reader goes by the manifest of the last publication, so it sees the old table or the new one,
whole. A table is made of parts (the quarters of issue, or one part where it has none); a new
version names the files that it wrote, and those of the parts that it keeps from the one before.
``docs/decisions/0008-tables-are-published-by-a-log.md`` says what is promised on which disk.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pyarrow.dataset as pa_dataset
from fsspec import AbstractFileSystem

from risk_platform.errors.tables import DamagedTableError, MissingTableError, MissingVersionError
from risk_platform.spark.disk import names, open_disk, remove
from risk_platform.spark.manifest import Manifest
from risk_platform.spark.table_files import local, read_files, whole
from risk_platform.spark.table_log import Entry, TableLog
from risk_platform.spark.version import WHOLE, Version, staged, verified

KEPT_VERSIONS = 5
LOG = "log"
NOTHING = Manifest.of("", (), {})


class TableStore:
    """Tables below one folder.

    Parameters
    ----------
    root
        A local folder, or the URL of one on a disk that fsspec reaches (``s3://…``); a table is a
        folder in it.
    disk
        The file system, where it is not the one that the URL finds.
    scratch
        Folder on this machine for what a remote disk sends and is sent; empty for the machine's
        temporary one. Where Spark's workers are on other machines, they must reach it too.
    """

    def __init__(
        self, root: Path | str, disk: AbstractFileSystem | None = None, scratch: str = ""
    ) -> None:
        found, self.root = open_disk(str(root))
        self.disk = disk or found
        self.scratch = scratch

    @contextmanager
    def new_version(self, table: str, refreshed: Iterable[str] | None = None) -> Iterator[Version]:
        """Give a folder to write a new version into; verify and publish it at the end of the block.

        Parameters
        ----------
        table
            Its name.
        refreshed
            The parts that this version speaks for, all by default; one that it does not write is
            then empty. Other parts are kept from the version before, but never a whole.

        Raises
        ------
        StaleWriterError
            Another writer began after this one: its version is the one that counts.
        UnverifiedVersionError, DamagedTableError
            What was written, or is kept, is not one whole table.

        Notes
        -----
        When the block raises, nothing is published and what it wrote is removed. When publishing
        raises, it may yet have come to pass; so only a sweep removes, which reads the log.
        """
        home, log = self._home(table), self.log(table)
        claim = log.claim()
        # Now too, as writers that are killed time and again would fill the disk.
        self.sweep(table)
        with log.fenced(claim):
            with staged(self.disk, f"{home}/{claim.version}", self.scratch) as folder:
                version = Version(claim.version, folder)
                yield version
                written = version.written()
            kept = NOTHING
            if refreshed is not None and claim.base:
                before = log.read(claim.base).manifest or NOTHING
                kept = before.without({WHOLE, *refreshed, *written.values()})
                whole(self.disk, home, kept.files)
            manifest = verified(self.disk, home, version, written, kept)
        log.publish(claim, manifest)
        version.manifest = manifest
        self.sweep(table)

    def current(self, table: str) -> Manifest:
        """Return the current version of a table; as of ``versions``, there must be one."""
        return self.versions(table)[0]

    def versions(self, table: str) -> list[Manifest]:
        """Return the versions that stay, the current one first.

        Raises
        ------
        MissingTableError
            It was never published.
        """
        published = islice(self.log(table).published(), KEPT_VERSIONS)
        manifests = [entry.manifest for entry in published if entry.manifest]
        if not manifests:
            raise MissingTableError(table)
        return manifests

    def version(self, table: str, name: str | None = None) -> Manifest:
        """Return a version by its name; the current one without.

        Raises
        ------
        MissingVersionError
            None of the versions that stay bears the name.
        """
        if name is None:
            return self.current(table)
        kept = {manifest.version: manifest for manifest in self.versions(table)}
        if name not in kept:
            raise MissingVersionError(table, name, tuple(kept))
        return kept[name]

    def history(self, table: str) -> list[Entry]:
        """Return every publication that there ever was, the current one first."""
        return list(self.log(table).published())

    def files(
        self, table: str, parts: Iterable[str] | None = None, version: str | None = None
    ) -> list[str]:
        """Return where the files of a table's parts are: those asked for that hold rows, or all.

        Raises
        ------
        DamagedTableError
            One of them is missing, or has another size than when it was published.
        """
        files = self.version(table, version).files_of(parts)
        return whole(self.disk, self._home(table), files)

    def local_parts(
        self, table: str, parts: Iterable[str] | None = None, version: str | None = None
    ) -> dict[str, list[str]]:
        """Return ``files`` by part, for a reader that knows local disks only.

        From a remote disk they are fetched, and stay until this process ends.
        """
        files = self.version(table, version).files_of(parts)
        by_part: dict[str, list[str]] = {}
        paths = local(self.disk, self._home(table), files, self.scratch)
        for file, path in zip(files, paths, strict=True):
            by_part.setdefault(file.part, []).append(str(path))
        return by_part

    def dataset(
        self, table: str, parts: Iterable[str] | None = None, version: str | None = None
    ) -> pa_dataset.Dataset:
        """Open ``files`` for Arrow; there must be one."""
        files = self.files(table, parts, version)
        if not files:
            raise MissingTableError(table)
        return pa_dataset.dataset(files, filesystem=self.disk, format="parquet")

    def verify(self, table: str, version: str | None = None) -> None:
        """Read every byte of a version again.

        Raises
        ------
        DamagedTableError
            A file is not the one that was published.
        """
        home, files = self._home(table), self.version(table, version).files
        found = read_files(self.disk, home, {file.path: file.part for file in files})
        for file, (now, _) in zip(files, found, strict=True):
            if now != file:
                raise DamagedTableError(f"{home}/{file.path}", "is not what was published")

    def sweep(self, table: str) -> None:
        """Remove the folders of versions that nobody will read, and nobody may publish.

        That is for the log to say: the versions that stay, and the writer that began last. Folders
        are listed before the log is read; one that appears in between was claimed in between.
        """
        home, log = self._home(table), self.log(table)
        found = names(self.disk, home)
        last = log.last()
        used = {last.version} if last else set[str]()
        for entry in islice(log.published(), KEPT_VERSIONS):
            files = entry.manifest.files if entry.manifest else ()
            used |= {entry.version} | {file.path.partition("/")[0] for file in files}
        for name in found:
            if name.startswith("v-") and name not in used:
                remove(self.disk, f"{home}/{name}")
        log.sweep()

    def _home(self, table: str) -> str:
        return f"{self.root}/{table}"

    def log(self, table: str) -> TableLog:
        """Return the log of a table: who began to write it, and what was published."""
        return TableLog(self.disk, f"{self._home(table)}/{LOG}")
