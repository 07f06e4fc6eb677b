"""The PostgreSQL of the tests: it leaves nothing running behind."""

import shutil
import subprocess
import sys

import psycopg

from risk_platform_tests.postgresql import PATIENCE_SECONDS, Server

STARTED = """
from risk_platform_tests.postgresql import running_server
with running_server() as server:
    print(server.folder, server.dsn("postgres"), sep="\\n", flush=True)
    input()
"""


def test_a_server_ends_with_who_started_it(postgresql: Server) -> None:
    """Though that was killed, and could not end it."""
    del postgresql  # where none is installed there is nothing to see
    command = [sys.executable, "-c", STARTED]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout
        folder, dsn = (starter.stdout.readline().rstrip("\n") for _ in range(2))
        psycopg.connect(dsn).close()
        starter.kill()
        # It ends when the last process that inherited it has ended.
        starter.communicate(timeout=PATIENCE_SECONDS)
    shutil.rmtree(folder)
