"""Published tables: a new version is written aside, verified, and published by one log entry.

A reader goes by the manifest of the last publication, so it sees the old table or the new one,
whole. A table is made of parts (the quarters of issue, or one part where it has none); a new
version names the files that it wrote, and those of the parts that it keeps from the one before.
``docs/decisions/0008-tables-are-published-by-a-log.md`` says what is promised on which disk.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.dataset as pa_dataset
from fsspec import AbstractFileSystem

from risk_platform.errors.tables import MissingTableError
from risk_platform.store.manifest import Manifest
from risk_platform.store.publications import Publications
from risk_platform.store.table_files import local, whole
from risk_platform.store.version import WHOLE, Version, staged, verified

NOTHING = Manifest.of("", (), {})


class TableStore(Publications):
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
        super().__init__(root, disk)
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
        home, log = self.home(table), self.log(table)
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
        return whole(self.disk, self.home(table), files)

    def local_parts(
        self, table: str, parts: Iterable[str] | None = None, version: str | None = None
    ) -> dict[str, list[str]]:
        """Return ``files`` by part, for a reader that knows local disks only.

        From a remote disk they are fetched, and stay until this process ends.
        """
        files = self.version(table, version).files_of(parts)
        by_part: dict[str, list[str]] = {}
        paths = local(self.disk, self.home(table), files, self.scratch)
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
