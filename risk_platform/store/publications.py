"""What was published below one folder, tables and documents alike: found, kept, verified, swept.

All that a reader goes by is the log of a name: its last publication is the current version.
``docs/decisions/0008-tables-are-published-by-a-log.md`` says what is promised on which disk.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from fsspec import AbstractFileSystem

from risk_platform.errors.tables import DamagedTableError, MissingTableError, MissingVersionError
from risk_platform.store.disk import names, open_disk, remove
from risk_platform.store.manifest import Manifest
from risk_platform.store.table_files import TableFile, digest_of
from risk_platform.store.table_log import Entry, TableLog

KEPT_VERSIONS = 5
LOG = "log"


@dataclass(frozen=True, slots=True)
class Publication:
    """Which version made a part, and when that was published."""

    version: str
    at: datetime


class Publications:
    """Tables and documents below one folder, each by its name.

    Parameters
    ----------
    root
        A local folder, or the URL of one on a disk that fsspec reaches (``s3://…``); a table or a
        document is a folder in it.
    disk
        The file system, where it is not the one that the URL finds.
    """

    def __init__(self, root: Path | str, disk: AbstractFileSystem | None = None) -> None:
        found, self.root = open_disk(str(root))
        self.disk = disk or found

    def home(self, name: str) -> str:
        """Return the folder of a table or a document."""
        return f"{self.root}/{name}"

    def log(self, name: str) -> TableLog:
        """Return the log of a name: who began to write it, and what was published."""
        return TableLog(self.disk, f"{self.home(name)}/{LOG}")

    def all_names(self) -> list[str]:
        """Return the names under which something was published, in their order."""
        found = [name for name in names(self.disk, self.root) if self._is_home(name)]
        return sorted(name for name in found if any(self.log(name).published()))

    def current(self, name: str) -> Manifest:
        """Return the current version; as of ``versions``, there must be one."""
        return self.versions(name)[0]

    def versions(self, name: str) -> list[Manifest]:
        """Return the versions that stay, the current one first.

        Raises
        ------
        MissingTableError
            Nothing was ever published by that name.
        """
        published = islice(self.log(name).published(), KEPT_VERSIONS)
        manifests = [entry.manifest for entry in published if entry.manifest]
        if not manifests:
            raise MissingTableError(name)
        return manifests

    def version(self, name: str, version: str | None = None) -> Manifest:
        """Return a version by its own name; the current one without.

        Raises
        ------
        MissingVersionError
            None of the versions that stay bears that name.
        """
        if version is None:
            return self.current(name)
        kept = {manifest.version: manifest for manifest in self.versions(name)}
        if version not in kept:
            raise MissingVersionError(name, version, tuple(kept))
        return kept[version]

    def made(self, name: str, parts: Iterable[str] | None = None) -> dict[str, Publication]:
        """Return by what the parts of the current version were made; all where none is named.

        Raises
        ------
        MissingTableError
            Nothing was ever published by that name.
        """
        wanted = {file.part: file.version for file in self.current(name).files_of(parts)}
        found: dict[str, Publication] = {}
        for entry in self.log(name).published():
            made = Publication(entry.version, entry.at)
            found |= {part: made for part, version in wanted.items() if version == entry.version}
            if len(found) == len(wanted):
                break
        return found

    def history(self, name: str) -> list[Entry]:
        """Return every publication that there ever was, the current one first."""
        return list(self.log(name).published())

    def verify(self, name: str, version: str | None = None) -> Manifest:
        """Read every byte of a version again, and return its manifest.

        Raises
        ------
        DamagedTableError
            A file is not the one that was published.
        """
        manifest = self.version(name, version)
        with ThreadPoolExecutor() as pool:
            list(pool.map(partial(self._verify, self.home(name)), manifest.files))
        return manifest

    def sweep(self, name: str) -> None:
        """Remove the folders of versions that nobody will read, and nobody may publish.

        That is for the log to say: the versions that stay, and the writer that began last. Folders
        are listed before the log is read; one that appears in between was claimed in between.
        """
        home, log = self.home(name), self.log(name)
        found = names(self.disk, home)
        last = log.last()
        used = {last.version} if last else set[str]()
        for entry in islice(log.published(), KEPT_VERSIONS):
            files = entry.manifest.files if entry.manifest else ()
            used |= {entry.version} | {file.version for file in files}
        for folder in found:
            if folder.startswith("v-") and folder not in used:
                remove(self.disk, f"{home}/{folder}")
        log.sweep()

    def _is_home(self, name: str) -> bool:
        return bool(self.disk.isdir(f"{self.home(name)}/{LOG}"))

    def _verify(self, home: str, file: TableFile) -> None:
        if digest_of(self.disk, f"{home}/{file.path}") != file.sha256:
            raise DamagedTableError(f"{home}/{file.path}", "is not what was published")
