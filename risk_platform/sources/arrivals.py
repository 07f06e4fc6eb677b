"""Arrivals: raw files in a drop folder, and whether they are there as a whole.

A file is whole when its size and its time of change are those of the look before, or when a marker
lies beside it that is not older: an empty file of its name with ``.done`` behind it, which whoever
writes it puts there last. A name that no raw file has, as ``loans.csv.part``, is not looked at.
"""

from dataclasses import dataclass
from pathlib import Path

from risk_platform.sources.files import MARKER, SUFFIXES

# File name to its size in bytes and its time of change in nanoseconds.
Sight = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What is seen in a drop folder at one look.

    Parameters
    ----------
    folder
        The folder.
    seen
        Its raw files.
    marked
        Names of those that a marker calls whole.
    """

    folder: Path
    seen: Sight
    marked: frozenset[str]

    @property
    def paths(self) -> list[Path]:
        """The raw files, in the order of their names."""
        return [self.folder / name for name in sorted(self.seen)]

    def moving(self, before: Sight) -> list[str]:
        """Return the files that may still be written, given what was seen at the look before."""
        return [
            name
            for name, state in sorted(self.seen.items())
            if name not in self.marked and before.get(name) != state
        ]


def look_into(folder: Path) -> Arrivals:
    """Look which raw files lie in a folder; one that is not there is empty."""
    files = [path for path in sorted(folder.glob("*")) if path.is_file()]
    raw = [path for path in files if path.name.lower().endswith(SUFFIXES)]
    changed = {path.name: _state(path)[1] for path in files}
    return Arrivals(
        folder=folder,
        seen={path.name: _state(path) for path in raw},
        marked=frozenset(
            path.name
            for path in raw
            if changed.get(f"{path.name}{MARKER}", 0) >= changed[path.name]
        ),
    )


def _state(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns
