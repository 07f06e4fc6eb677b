"""Full disks: what was acknowledged is logged, nobody waits, and with room again all goes on."""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from risk_platform.errors.handover import LogUnavailableError
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.store import open_store
from risk_platform.handover.tables import DECISIONS
from risk_platform_tests.handover.log.decided import decision, wait_until
from risk_platform_tests.postgresql import running_server

DISK_BYTES = 128 * 2**20
# What something else leaves of it.
LEFT_BYTES = 8 * 2**20
MOST_SECONDS = 2.0
MOST_DECISIONS = 1_000


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


def told(log: DecisionLog, *, is_hasty: bool = False) -> str | None:
    """Append a decision, within two seconds; return its id where it is acknowledged.

    Who is hasty acknowledges whatever becomes of it.
    """
    made = decision(answer=secrets.token_hex(50_000))
    began = time.monotonic()
    try:
        log.append([[made]])
    except LogUnavailableError:
        return made.id if is_hasty else None
    finally:
        assert time.monotonic() - began < MOST_SECONDS
    return made.id


def acknowledged(log: DecisionLog) -> list[str]:
    """Append until it fails, and a few times more; return the ids of what was acknowledged."""
    ids: list[str] = []
    while (one := told(log)) is not None:
        ids.append(one)
        assert len(ids) < MOST_DECISIONS, "the disk does not come to be full"
    assert ids, "the disk was full before"
    return [*ids, *filter(None, (told(log) for _ in range(3)))]


def lost(database: Database, ids: list[str]) -> set[str]:
    """Return which of these are not in the log."""
    with database.reading() as connection:
        return {*ids} - {*connection.execute(select(DECISIONS.c.id)).scalars()}


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Give a new database in which scoring runs."""
    with closing(open_store(url)) as database:
        Gate(database).open_first("Ada")
        yield database


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

        def is_back() -> bool:
            assert server.process
            if server.process.poll() is not None:
                server.start()
            return told(log) is not None

        wait_until(is_back)
        assert lost(database, ids) == set()
