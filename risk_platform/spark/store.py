"""Published tables: a new version is written aside, and one pointer is swapped to it at the end.

A reader follows the pointer, so it sees the old table or the new one, whole. A table is made of
parts (the quarters of issue, or one part where it has none); a new version names the parts that
it wrote and those that it keeps from the version before.
"""

import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from risk_platform.errors import MissingTableError

WHOLE = "whole"
POINTER = "current.json"
KEPT_VERSIONS = 3


@dataclass(frozen=True, slots=True)
class Manifest:
    """One version of a table.

    Parameters
    ----------
    version
        Name of the folder that this version wrote.
    parts
        Part to the folder that holds it, below the table's folder.
    """

    version: str
    parts: Mapping[str, str]


class TableStore:
    """Tables below one folder.

    Parameters
    ----------
    root
        The folder; a table is a folder in it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def publish(
        self, table: str, write: Callable[[Path], Mapping[str, Path]], refreshed: Iterable[str]
    ) -> Manifest:
        """Write a new version of a table, then make it the current one.

        Parameters
        ----------
        table
            Its name.
        write
            Writes into the empty folder it is given, and returns part to folder.
        refreshed
            The parts that this version speaks for; one that it does not write is then empty.
            Other parts are kept from the version before.

        Notes
        -----
        When ``write`` raises, nothing is published and what it wrote is removed.
        """
        version = f"v-{uuid.uuid4().hex[:12]}"
        folder = self.root / table / version
        folder.mkdir(parents=True)
        try:
            written = write(folder)
        except BaseException:
            shutil.rmtree(folder)
            raise
        home = self.root / table
        kept = {part: where for part, where in self._parts(table).items() if part not in refreshed}
        fresh = {part: str(where.relative_to(home)) for part, where in written.items()}
        manifest = Manifest(version, dict(sorted((kept | fresh).items())))
        self._swap_pointer(table, manifest)
        self._sweep(table, manifest)
        return manifest

    def current(self, table: str) -> Manifest:
        """Return the current version of a table.

        Raises
        ------
        MissingTableError
            It was never published.
        """
        pointer = self.root / table / POINTER
        if not pointer.exists():
            raise MissingTableError(table)
        return Manifest(**json.loads(pointer.read_text()))

    def folders(self, table: str, parts: Iterable[str] | None = None) -> list[Path]:
        """Return the folders of a table's parts: those asked for that hold rows, or all."""
        held = self.current(table).parts
        wanted = held if parts is None else [part for part in parts if part in held]
        return [self.root / table / held[part] for part in wanted]

    def _parts(self, table: str) -> Mapping[str, str]:
        try:
            return self.current(table).parts
        except MissingTableError:
            return {}

    def _swap_pointer(self, table: str, manifest: Manifest) -> None:
        pointer = self.root / table / POINTER
        staged = pointer.with_suffix(f".{manifest.version}")
        staged.write_text(json.dumps(asdict(manifest), indent=1))
        os.replace(staged, pointer)

    def _sweep(self, table: str, manifest: Manifest) -> None:
        """Remove old versions that the current one takes no part from."""
        used = {manifest.version} | {where.split("/")[0] for where in manifest.parts.values()}
        folders = [path for path in (self.root / table).iterdir() if path.is_dir()]
        by_age = sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)
        for path in by_age[KEPT_VERSIONS:]:
            if path.name not in used:
                shutil.rmtree(path)
