"""Scratch: folders for what passes between a remote disk and this machine, and their end.

A folder goes with the process that made it. Where that is killed, the next one to make a folder
removes it. Whether a process is gone its lock tells, which the kernel releases: a number of a
process would be another's after a while. Locks of other machines are not believed, as a network
disk may be mounted without them (``nolock``, ``local_lock``): each machine, which is what a
container is too, sweeps what bears its own name. What cannot be locked is never swept.
"""

import fcntl
import os
import shutil
import socket
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "risk-tables-"
_LOCK = ".lock"
_RANDOM = 8


@contextmanager
def scratch_folder(scratch: str = "") -> Iterator[Path]:
    """Give a folder below ``scratch``, or the machine's temporary one, until the block ends."""
    below = Path(scratch).expanduser().resolve() if scratch else Path(tempfile.gettempdir())
    below.mkdir(parents=True, exist_ok=True)
    sweep(below)
    folder, lock = _claimed(below)
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        _remove(folder)
        os.close(lock)


def sweep(below: Path) -> None:
    """Remove the folders of this machine's processes that are gone."""
    for lock in below.glob(f"{PREFIX}{'?' * _RANDOM}.{_machine()}{_LOCK}"):
        # Another may sweep at the same time, or the file may be another user's.
        with suppress(OSError):
            held = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(lock.with_suffix(""))
            finally:
                os.close(held)


def _claimed(below: Path) -> tuple[Path, int]:
    """Return a folder that is not there yet, and its lock, which is held."""
    while True:
        folder = below / f"{PREFIX}{uuid.uuid4().hex[:_RANDOM]}.{_machine()}"
        lock = _lock_of(folder)
        held = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # a sweep was faster, and removes it
            os.close(held)
            continue
        except OSError:  # the disk knows no locks
            return folder, held
        if lock.exists():
            return folder, held
        os.close(held)


def _remove(folder: Path) -> None:
    """Remove a folder and then its lock, which stays while anything is left of the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        _lock_of(folder).unlink(missing_ok=True)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _LOCK)


def _machine() -> str:
    return socket.gethostname()
