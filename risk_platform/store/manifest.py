"""What one version of a table is: its files and its columns.

A manifest is all that a reader goes by: a file that it does not name does not exist.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from risk_platform.store.table_files import Columns, TableFile


@dataclass(frozen=True, slots=True)
class Manifest:
    """One version of a table.

    Parameters
    ----------
    version
        Its name, and that of the folder which it wrote.
    files
        By part, then by path. Parts that were kept stand in the folders of earlier versions.
    columns
        Name to Arrow's name of the type, the same in all files; empty where there is no file.
    content
        SHA-256, in hex, of the columns and of each file's part, rows and body, in sorted order. It
        is equal for equal rows where the writer puts the same rows in the same order into files
        that are cut at the same places. Names of files and versions do not count.
    """

    version: str
    files: tuple[TableFile, ...]
    columns: Columns
    content: str

    @classmethod
    def of(cls, version: str, files: Iterable[TableFile], columns: Columns) -> "Manifest":
        """Return the manifest of a version, with the digest of its content."""
        in_order = tuple(sorted(files))
        held = sorted((file.part, file.rows, file.body) for file in in_order)
        told = json.dumps([list(columns.items()), held])
        return cls(version, in_order, columns, hashlib.sha256(told.encode()).hexdigest())

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return sum(file.rows for file in self.files)

    @property
    def parts(self) -> Mapping[str, Sequence[TableFile]]:
        """The files of each part."""
        return {part: list(files) for part, files in groupby(self.files, attrgetter("part"))}

    def without(self, parts: Collection[str]) -> "Manifest":
        """Return what is left of a version when parts are taken out."""
        left = [file for file in self.files if file.part not in parts]
        return Manifest.of(self.version, left, self.columns if left else {})

    def files_of(self, parts: Iterable[str] | None = None) -> list[TableFile]:
        """Return the files of the parts asked for, in their order; of all where none is named."""
        held = self.parts
        wanted = held if parts is None else parts
        return [file for part in wanted for file in held.get(part, ())]
