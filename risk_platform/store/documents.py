"""Published documents: whatever is small, whole in one file, by the same log as tables.

A document has no parts and is no Parquet, and is written in a moment. All else is as of a table:
the claim, the publication that holds its digest, the versions that stay.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from risk_platform.errors.tables import DamagedTableError, MissingTableError
from risk_platform.store.disk import create
from risk_platform.store.manifest import Manifest
from risk_platform.store.publications import Publications
from risk_platform.store.table_files import TableFile
from risk_platform.store.version import WHOLE

FILE = "document.json"


class DocumentStore(Publications):
    """Documents below one folder, which tables may share: a name is one or the other."""

    def publish(self, document: str, content: bytes) -> Manifest:
        """Write a new version, read it back, and make it the current one.

        Raises
        ------
        StaleWriterError
            Another writer began after this one: its version is the one that counts.
        DamagedTableError
            The disk does not give back what was written.

        Notes
        -----
        Nothing is removed when publishing raises, as it may yet have come to pass; the next
        writer's sweep reads the log, and knows.
        """
        return self._publish(document, lambda: content)

    def amend(self, document: str, change: Callable[[bytes | None], bytes]) -> Manifest:
        """Publish what a change makes of the current content; ``None`` where there is none.

        The claim comes before the reading, so nothing that another writer adds is lost: of two that
        amend at the same time, the later one counts and the earlier one is refused.

        Raises
        ------
        StaleWriterError, DamagedTableError
            As ``publish``. What ``change`` raises is raised, and nothing is published.
        """
        return self._publish(document, lambda: change(self._current(document)))

    def read(self, document: str, version: str | None = None) -> bytes:
        """Return a version's content, the current one's by default.

        Raises
        ------
        MissingTableError, MissingVersionError
            There is none, or none of that name.
        DamagedTableError
            It is not what was published.
        """
        (file,) = self.version(document, version).files
        return self._content(document, file)

    def _publish(self, document: str, make: Callable[[], bytes]) -> Manifest:
        log = self.log(document)
        claim = log.claim()
        self.sweep(document)
        with log.fenced(claim):
            content = make()
            file = _file(f"{claim.version}/{FILE}", content)
            # No other writer has a version of that name: what is there came of our own attempt,
            # whose answer was lost. It is read back all the same.
            with suppress(FileExistsError):
                create(self.disk, f"{self.home(document)}/{file.path}", content)
            self._content(document, file)
        manifest = Manifest.of(claim.version, [file], {})
        log.publish(claim, manifest)
        self.sweep(document)
        return manifest

    def _current(self, document: str) -> bytes | None:
        try:
            return self.read(document)
        except MissingTableError:
            return None

    def _content(self, document: str, file: TableFile) -> bytes:
        path = f"{self.home(document)}/{file.path}"
        try:
            content = cast("bytes", self.disk.cat_file(path))
        except FileNotFoundError as error:
            raise DamagedTableError(path, "is missing") from error
        if _file(file.path, content) != file:
            raise DamagedTableError(path, "is not what was published")
        return content


def _file(path: str, content: bytes) -> TableFile:
    digest = hashlib.sha256(content).hexdigest()
    return TableFile(WHOLE, path, rows=1, size=len(content), sha256=digest, body=digest)
