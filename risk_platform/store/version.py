"""A version while it is written: its folder, and what must hold before it is published."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from fsspec import AbstractFileSystem

from risk_platform.errors.tables import UnverifiedVersionError
from risk_platform.store.disk import is_local, remove
from risk_platform.store.durable import sync
from risk_platform.store.manifest import Manifest
from risk_platform.store.scratch import scratch_folder
from risk_platform.store.table_files import read_files

WHOLE = "whole"


class Version:
    """A version being written.

    Attributes
    ----------
    name
        Its name.
    folder
        A local folder to write Parquet files into. Files below names that begin with ``_`` or
        ``.`` do not count, as among all readers of Parquet.
    parts
        Part to the folder that holds it; a table without parts is one whole.
    rows
        How many rows were written, where the writer knows: another number is not published.
    manifest
        What was published, once it is.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.parts: Mapping[str, Path] = {WHOLE: folder}
        self.rows: int | None = None
        self.manifest: Manifest | None = None

    def written(self) -> dict[str, str]:
        """Return the path of each file below the table's folder, and its part.

        Raises
        ------
        UnverifiedVersionError
            A file is in no part: its rows would be lost.
        """
        written: dict[str, str] = {}
        for file in self.folder.rglob("*.parquet"):
            path = file.relative_to(self.folder)
            if any(name.startswith(("_", ".")) for name in path.parts):
                continue
            part = next((part for part, at in self.parts.items() if file.is_relative_to(at)), None)
            if part is None:
                raise UnverifiedVersionError(self.name, f"{path} belongs to no part")
            written[f"{self.name}/{path.as_posix()}"] = part
        return written


@contextmanager
def staged(disk: AbstractFileSystem, place: str, scratch: str = "") -> Iterator[Path]:
    """Give a local folder; at the end of the block its files stand at a place of the disk.

    When the block raises, nothing stands there. On the way to a remote disk they lie in a folder
    of ``scratch``.
    """
    if is_local(disk):
        folder = Path(place)
        folder.mkdir(parents=True)
        try:
            yield folder
        except BaseException:
            remove(disk, place)
            raise
        for path in (folder.parent, folder, *folder.rglob("*")):
            sync(path)
        return
    with scratch_folder(scratch) as folder:
        yield folder
        for file in folder.rglob("*.parquet"):
            disk.put_file(str(file), f"{place}/{file.relative_to(folder).as_posix()}")


def verified(
    disk: AbstractFileSystem,
    home: str,
    version: Version,
    written: Mapping[str, str],
    kept: Manifest,
) -> Manifest:
    """Read what was written back from the disk, and return the manifest of the version.

    Parameters
    ----------
    disk, home
        Where the table's folder is.
    version, written
        The version, and its files: path to part.
    kept
        What is taken over from the version before.

    Raises
    ------
    UnverifiedVersionError
        The rows are not as many as were written, or the files have different columns.
    DamagedTableError
        A file is not there, or is no whole Parquet file.
    """
    read = read_files(disk, home, written)
    rows = sum(file.rows for file, _ in read)
    if version.rows not in (None, rows):
        told = f"{version.rows:,} rows were written, and {rows:,} are in its files"
        raise UnverifiedVersionError(version.name, told)
    columns = read[0][1] if read else kept.columns
    for file, other in read:
        if other != columns:
            raise UnverifiedVersionError(version.name, f"{file.path} has columns of its own")
    if kept.files and kept.columns != columns:
        told = "its columns are not those of the parts that it keeps: refresh all parts at once"
        raise UnverifiedVersionError(version.name, told)
    return Manifest.of(version.name, [*kept.files, *(file for file, _ in read)], columns)
