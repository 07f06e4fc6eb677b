"""Copies: files that were delivered twice, the same bytes under two names."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from risk_platform.sources.digest import file_digest


def copies(paths: Sequence[Path]) -> dict[Path, Path]:
    """Return the files that are copies, each with the file that counts.

    A copy usually has the longer name: ``loans (1).csv``, ``Copy of loans.csv``. So of several the
    shortest name counts, and loans keep the file that they came from when a copy arrives.
    Only files of one size are read.
    """
    found: dict[Path, Path] = {}
    for alike in _grouped(paths, lambda path: path.stat().st_size):
        for same in _grouped(alike, file_digest):
            first, *more = sorted(same, key=lambda path: (len(path.name), str(path)))
            found |= dict.fromkeys(more, first)
    return found


def _grouped(paths: Iterable[Path], trait: Callable[[Path], Any]) -> list[list[Path]]:
    """Return the files that share a trait with another."""
    groups: defaultdict[Any, list[Path]] = defaultdict(list)
    for path in paths:
        groups[trait(path)].append(path)
    return [group for group in groups.values() if len(group) > 1]
