"""Raw files on this machine: what a source is made of."""

import glob
import os
import zipfile
from dataclasses import replace
from pathlib import Path

from risk_platform.errors.sources import MissingSourceError, UnreadableSourceError
from risk_platform.sources.encoding import UTF8
from risk_platform.sources.raw_file import RawFile

SUFFIXES = (".csv", ".zip", ".gz", ".gzip")


def find_files(source: str, encoding: str = UTF8) -> list[RawFile]:
    """Find the raw files of a source: one file, a folder of them, or a glob.

    Parameters
    ----------
    source
        Where they are.
    encoding
        Of their text, by Python's name.

    Raises
    ------
    MissingSourceError
        Nothing is there.
    """
    path = Path(source).expanduser()
    if path.is_dir():
        paths = [p for p in sorted(path.iterdir()) if p.name.lower().endswith(SUFFIXES)]
    elif path.is_file():
        paths = [path]
    else:
        paths = sorted(Path(p) for p in glob.glob(str(path)))  # noqa: PTH207 - may be absolute
    files = [p for p in paths if p.is_file()]
    names = {p.name for p in files}
    root = Path(os.path.commonpath([p.parent for p in files])) if len(names) < len(files) else None
    found = [replace(raw, encoding=encoding) for p in files for raw in _members(p, root)]
    if not found:
        raise MissingSourceError(source)
    return found


def _members(path: Path, root: Path | None) -> list[RawFile]:
    if path.suffix.lower() != ".zip":
        return [RawFile(path, root=root)]
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(archive.namelist())
    except zipfile.BadZipFile as damage:
        raise UnreadableSourceError(path.name, str(damage)) from damage
    tables = [RawFile(path, name, root) for name in names if _is_table(name)]
    if not tables:
        raise UnreadableSourceError(path.name, "the archive holds no CSV file")
    return tables


def _is_table(member: str) -> bool:
    """Whether a member of an archive is a table; a Mac adds shadows of its files."""
    shadow = member.startswith("__MACOSX/") or Path(member).name.startswith(".")
    return member.lower().endswith(".csv") and not shadow
