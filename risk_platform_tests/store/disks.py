"""Disks with a fault: one that fails once, one that forgets what it was asked."""

import errno
import os
from collections.abc import Callable
from functools import wraps
from typing import Any

from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

OPERATIONS = frozenset(
    ("cat_file", "find", "link", "ls", "makedirs", "open", "pipe_file", "put_file", "rm", "rm_file")
)


class _FailsOnce:
    """Fail the n-th operation, before or after it is done.

    Parameters
    ----------
    moment
        Which one; the first is 1.
    after
        Whether it is done all the same, as when an answer is lost on its way.
    """

    cachable = False

    def __init__(self, moment: int, *, after: bool) -> None:
        super().__init__()
        self.left, self.after = moment, after

    @property
    def failed(self) -> bool:
        """Whether the moment has come."""
        return self.left <= 0

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        return _counted(self, found) if name in OPERATIONS else found


def _counted(disk: _FailsOnce, operation: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(operation)
    def counted(*args: Any, **kwargs: Any) -> Any:
        disk.left -= 1
        now = disk.left == 0
        if now and not disk.after:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        done = operation(*args, **kwargs)
        if now:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return done

    return counted


class FailingLocalDisk(_FailsOnce, LocalFileSystem):
    """A local disk that fails once."""


class FailingMemoryDisk(_FailsOnce, MemoryFileSystem):
    """A remote disk that fails once."""


class ForgetfulDisk(MemoryFileSystem):
    """A disk that creates a file where there is one, as some do that know no condition."""

    cachable = False

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **kwargs: Any) -> None:
        """Write, whatever was there."""
        del mode
        super().pipe_file(path, value, mode="overwrite", **kwargs)


class OvertakenDisk(LocalFileSystem):
    """A disk that lets another act just before it gives a file its name.

    Parameters
    ----------
    name
        The end of the file's name.
    act
        What the other does, once.
    """

    cachable = False

    def __init__(self, name: str, act: Callable[[], object]) -> None:
        super().__init__()
        self.name, self.acts = name, [act]

    def link(self, src: str, dst: str, **kwargs: Any) -> None:
        """Give a file its name, after the other has acted."""
        if dst.endswith(self.name) and self.acts:
            self.acts.pop()()
        super().link(src, dst, **kwargs)
