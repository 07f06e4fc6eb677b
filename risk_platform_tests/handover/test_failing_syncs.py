"""Disks that fail: a commit whose sync ends in an error is no commit, and is not acknowledged."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from risk_platform.handover.log.decisions import DecisionLog
from risk_platform_tests.handover.log.decided import wait_until
from risk_platform_tests.handover.promises import lost, opened, told, wait_until_back
from risk_platform_tests.postgresql import Server

SYNCS = "fsync,fdatasync,sync_file_range"


@contextmanager
def failing_syncs(processes: Sequence[int]) -> Iterator[None]:
    """Let each sync of these processes, and of those that they start, end in an error."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    follow = [f"--attach={process}" for process in processes]
    command = ["strace", "-f", "-o/dev/null", f"-etrace={SYNCS}", f"-einject={SYNCS}:error=EIO"]
    with subprocess.Popen([*command, *follow], stderr=subprocess.DEVNULL) as tracing:
        try:
            wait_until(lambda: all(map(_is_traced, processes)) or tracing.poll() is not None)
            if tracing.poll() is not None:
                pytest.skip("processes cannot be traced here")
            yield
        finally:
            tracing.send_signal(signal.SIGTERM)


def _is_traced(process: int) -> bool:
    return "TracerPid:\t0\n" not in Path(f"/proc/{process}/status").read_text()


def test_a_sync_that_fails_in_sqlite(tmp_path: Path) -> None:
    """Nothing is acknowledged; with the disk well again all goes on."""
    with opened(f"sqlite:///{tmp_path / 'decisions.db'}") as database:
        log = DecisionLog(database)
        before = told(log)
        with failing_syncs([os.getpid()]):
            assert [told(log) for _ in range(3)] == [None] * 3
        after = told(log)
        assert before
        assert after
        assert lost(database, [before, after]) == set()


def test_without_syncs_nobody_would_notice(tmp_path: Path) -> None:
    """The unsafe twin: SQLite as others set it acknowledges what no disk has."""
    with opened(f"sqlite:///{tmp_path / 'decisions.db'}") as database:
        with database.statement() as connection:
            connection.exec_driver_sql("PRAGMA synchronous = NORMAL")
        with failing_syncs([os.getpid()]):
            assert told(DecisionLog(database))


def test_a_sync_that_fails_in_postgresql(own_server: Server) -> None:
    """It crashes rather than say so; what it had acknowledged is there when it is back."""
    with opened(own_server.url(own_server.new_database())) as database:
        log = DecisionLog(database)
        before = told(log)
        assert before
        assert own_server.process
        started = psutil.Process(own_server.process.pid)
        with failing_syncs([started.pid, *(child.pid for child in started.children())]):
            assert [told(log) for _ in range(3)] == [None] * 3
        wait_until_back(log, own_server)
        assert lost(database, [before]) == set()
