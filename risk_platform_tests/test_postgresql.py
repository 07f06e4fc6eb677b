"""The PostgreSQL of the tests: it leaves nothing running behind."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

from risk_platform_tests.postgresql import PATIENCE_SECONDS, Server, sweep

STARTED = """
from risk_platform_tests.postgresql import running_server
with running_server() as server:
    print(server.folder, server.dsn("postgres"), sep="\\n", flush=True)
    input()
"""


@contextmanager
def started() -> Iterator[tuple["subprocess.Popen[str]", Path, str]]:
    """Have another process start a server, and give that, the server's folder and its address."""
    command = [sys.executable, "-c", STARTED]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout
        folder, dsn = (starter.stdout.readline().rstrip("\n") for _ in range(2))
        yield starter, Path(folder), dsn


def test_a_server_ends_with_who_started_it(postgresql: Server) -> None:
    """Though that was killed, and could not end it."""
    del postgresql  # where none is installed there is nothing to see
    with started() as (starter, folder, dsn):
        psycopg.connect(dsn).close()
        starter.kill()
        # It ends when the last process that inherited it has ended.
        starter.communicate(timeout=PATIENCE_SECONDS)
    sweep()
    assert not folder.exists()


def test_a_server_that_stood_still_is_swept(postgresql: Server) -> None:
    """It could not end with who started it; servers of the living are left alone."""
    with started() as (starter, folder, _):
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        still = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        for process in still:
            process.suspend()
        sweep()
        assert folder.exists()
        starter.kill()
        starter.wait(PATIENCE_SECONDS)
        assert all(process.is_running() for process in still)
        sweep()
    assert not folder.exists()
    assert not any(process.is_running() for process in still)
    psycopg.connect(postgresql.dsn("postgres")).close()
