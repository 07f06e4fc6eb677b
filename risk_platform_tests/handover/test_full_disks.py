"""Full disks: what was acknowledged is logged, nobody waits, and with room again all goes on."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from risk_platform.handover.log.decisions import DecisionLog
from risk_platform_tests.handover.promises import (
    acknowledged,
    lost,
    opened,
    told,
    wait_until_back,
)
from risk_platform_tests.postgresql import running_server

DISK_BYTES = 128 * 2**20
# What something else leaves of it.
LEFT_BYTES = 8 * 2**20


@pytest.fixture
def disk() -> Iterator[Path]:
    """Return a small disk in memory; root alone may mount one."""
    folder = Path(tempfile.mkdtemp(prefix="risk-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", folder]
    if subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode:
        folder.rmdir()
        pytest.skip("a disk cannot be mounted here")
    try:
        yield folder
    finally:
        unmount = ["umount", folder]
        subprocess.run(unmount, check=True)
        folder.rmdir()


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Let something else take nearly all that is left of a disk."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - LEFT_BYTES)
    try:
        yield
    finally:
        ballast.unlink()


def test_sqlite_on_a_full_disk(disk: Path) -> None:
    """It refuses, and takes the next one when there is room."""
    with opened(f"sqlite:///{disk / 'decisions.db'}") as database:
        log = DecisionLog(database)
        with filled(disk):
            ids = acknowledged(log)
        assert told(log)
        assert lost(database, ids) == set()


def test_a_hasty_acknowledgement_is_found(disk: Path) -> None:
    """The unsafe twin: what was acknowledged before it was committed is not there."""
    with opened(f"sqlite:///{disk / 'decisions.db'}") as database, filled(disk):
        log = DecisionLog(database)
        ids = [told(log, is_hasty=True) for _ in range(200)]
        assert lost(database, [*filter(None, ids)])


@pytest.mark.parametrize("full", ["all of it", "its journal"])
def test_postgresql_on_a_full_disk(disk: Path, full: str) -> None:
    """It refuses; without room for its journal it crashes, and recovers or is started again."""
    places = {"all of it": ([], disk), "its journal": ([f"--waldir={disk / 'wal'}"], None)}
    options, within = places[full]
    with (
        running_server("--wal-segsize=1", *options, within=within) as server,
        opened(server.url(server.new_database())) as database,
    ):
        log = DecisionLog(database)
        with filled(disk):
            ids = acknowledged(log)
        wait_until_back(log, server)
        assert lost(database, ids) == set()
