"""Raw files on this machine: what a source is made of, and what lies there and is none of it.

Of what is passed over each is named with its reason, but for hidden files, the shadows that a Mac
adds to an archive, and the small files that this platform keeps beside raw ones.
"""

import glob
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from risk_platform.errors.sources import (
    EmptySourceError,
    MissingSourceError,
    NotLendingClubError,
    UnreadableSourceError,
)
from risk_platform.sources.copies import copies
from risk_platform.sources.encoding import UTF8
from risk_platform.sources.header import read_header
from risk_platform.sources.integrity import CHECKSUM
from risk_platform.sources.opening import open_raw
from risk_platform.sources.raw_file import RawFile

MARKER = ".done"
ARCHIVE, TEXT = ".zip", ".txt"
PACKED = (".gz", ".gzip", ".bz2", ".xz")
TABLES = (".csv", TEXT, *PACKED)
SUFFIXES = (*TABLES, ARCHIVE)
_UNKNOWN = f"its ending is none of {', '.join(SUFFIXES)}"
_FOLDER = "a folder within the source; a pattern such as 'files/*/*.csv' reads what lies in it"


@dataclass(frozen=True, slots=True)
class Found:
    """What lies at a source.

    Parameters
    ----------
    files
        Its raw files.
    passed_over
        Name of whatever else lies there, and why it is not read.
    """

    files: list[RawFile] = field(default_factory=list)
    passed_over: dict[str, str] = field(default_factory=dict)


def find_files(source: str, encoding: str = UTF8) -> list[RawFile]:
    """Return the raw files that ``look_for`` finds.

    Raises
    ------
    MissingSourceError
        Nothing is there.
    """
    return look_for(source, encoding).files


def look_for(source: str, encoding: str = UTF8) -> Found:
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
        Nothing is there, or nothing that can be read.
    UnreadableSourceError
        An archive is damaged, or holds no table.
    """
    found = Found()
    path = Path(source).expanduser()
    if path.is_file():
        paths = [path]
    elif path.is_dir():
        paths = _tables(sorted(path.iterdir()), found)
    else:
        paths = _files(sorted(Path(p) for p in glob.glob(str(path))), found)  # noqa: PTH207 - may be absolute
    again = copies(paths)
    for one, first in again.items():
        copy = RawFile(one, root=_root(paths))
        same = f"its bytes are those of {replace(copy, path=first).name}, and one copy counts"
        found.passed_over[copy.name] = same
    once = [one for one in paths if one not in again]
    # A copy that arrives changes no name: loans are known by the file that they came from.
    root = _root(once)
    for one in once:
        raw = RawFile(one, root=root, encoding=encoding)
        if one.suffix.lower() == ARCHIVE:
            _look_into(raw, found)
        else:
            _add(raw, found, is_sure=one == path)
    if not found.files:
        raise MissingSourceError(source, found.passed_over)
    return found


def _tables(paths: Sequence[Path], found: Found) -> list[Path]:
    """Return what has the ending of a raw file, and name the rest."""
    files = _files([path for path in paths if not path.name.startswith(".")], found)
    found.passed_over.update({p.name: _UNKNOWN for p in files if not _ends(p, SUFFIXES)})
    return [p for p in files if _ends(p, SUFFIXES)]


def _files(paths: Sequence[Path], found: Found) -> list[Path]:
    """Return what is a file and none of our small ones, and name the folders."""
    found.passed_over.update({path.name: _FOLDER for path in paths if path.is_dir()})
    return [path for path in paths if path.is_file() and not _is_ours(path)]


def _root(paths: Sequence[Path]) -> Path | None:
    """Return the folder from which files are named, where two have one name."""
    if len({path.name for path in paths}) == len(paths):
        return None
    return Path(os.path.commonpath([path.parent for path in paths]))


def _look_into(archive: RawFile, found: Found) -> None:
    try:
        with zipfile.ZipFile(archive.path) as opened:
            names = sorted(info.filename for info in opened.infolist() if not info.is_dir())
    except zipfile.BadZipFile as damage:
        raise UnreadableSourceError(archive.name, str(damage)) from damage
    before = len(found.files)
    for raw in [replace(archive, member=name) for name in names if not _is_shadow(name)]:
        if _ends(PurePath(raw.member), TABLES):
            _add(raw, found)
        else:
            found.passed_over[raw.name] = _UNKNOWN
    if len(found.files) == before:
        raise UnreadableSourceError(archive.name, "the archive holds no CSV file")


def _add(raw: RawFile, found: Found, *, is_sure: bool = False) -> None:
    """Add a file; a text that nobody named, and that is no table of loans, is passed over."""
    if _is_text(raw) and not is_sure:
        try:
            with open_raw(raw) as stream:
                read_header(raw, stream)
        except (NotLendingClubError, EmptySourceError, UnreadableSourceError) as why:
            found.passed_over[raw.name] = str(why)
            return
    found.files.append(raw)


def _is_text(raw: RawFile) -> bool:
    return TEXT in [ending.lower() for ending in PurePath(raw.name).suffixes[-2:]]


def _ends(path: PurePath, endings: tuple[str, ...]) -> bool:
    return path.name.lower().endswith(endings)


def _is_ours(path: Path) -> bool:
    """Whether a file says something of another: that it is whole, or what its digest is."""
    return path.name.endswith((MARKER, CHECKSUM)) and path.with_suffix("").exists()


def _is_shadow(member: str) -> bool:
    """Whether a member of an archive is hidden; a Mac adds shadows of its files."""
    return member.startswith("__MACOSX/") or PurePath(member).name.startswith(".")
