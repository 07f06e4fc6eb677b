"""Published tables: a new version is written aside, and one pointer is swapped to it at the end.

A reader follows the pointer, so it sees the old table or the new one, whole. A table is made of
parts (the quarters of issue, or one part where it has none); a new version names the parts that
it wrote and those that it keeps from the version before.
"""

import json
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
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


class Version:
    """A version being written.

    Parameters
    ----------
    folder
        Where to write.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        #: Part to the folder that holds it; a table without parts is one whole.
        self.parts: Mapping[str, Path] = {WHOLE: folder}


class TableStore:
    """Tables below one folder.

    Parameters
    ----------
    root
        The folder; a table is a folder in it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def new_version(self, table: str, refreshed: Iterable[str] = (WHOLE,)) -> Iterator[Version]:
        """Give a folder to write a new version into, and publish it at the end of the block.

        Parameters
        ----------
        table
            Its name.
        refreshed
            The parts that this version speaks for; one that it does not write is then empty.
            Other parts are kept from the version before.

        Notes
        -----
        When the block raises, nothing is published and what it wrote is removed.
        """
        home = self.root / table
        version = Version(home / f"v-{uuid.uuid4().hex[:12]}")
        version.folder.mkdir(parents=True)
        try:
            yield version
        except BaseException:
            shutil.rmtree(version.folder)
            raise
        spoken_for = set(refreshed)
        kept = {part: at for part, at in self._parts(table).items() if part not in spoken_for}
        fresh = {part: str(at.relative_to(home)) for part, at in version.parts.items()}
        self._swap_pointer(
            table, Manifest(version.folder.name, dict(sorted((kept | fresh).items())))
        )

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
        staged.replace(pointer)
        self._sweep(table, manifest)

    def _sweep(self, table: str, manifest: Manifest) -> None:
        """Remove old versions that the current one takes no part from."""
        used = {manifest.version} | {where.split("/")[0] for where in manifest.parts.values()}
        folders = [path for path in (self.root / table).iterdir() if path.is_dir()]
        by_age = sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)
        for path in by_age[KEPT_VERSIONS:]:
            if path.name not in used:
                shutil.rmtree(path)
