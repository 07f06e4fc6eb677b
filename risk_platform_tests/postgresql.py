"""A PostgreSQL of the tests' own: a cluster in a temporary folder, reached by its socket alone."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import psycopg
import pytest

from risk_platform.store.durable import replace_file

PATIENCE_SECONDS = 60
# Commits are stamped, so that a test can tell which of two came first.
OPTIONS = {
    "listen_addresses": "",
    "track_commit_timestamp": "on",
    "max_connections": "60",
    "log_min_messages": "panic",
}
# However the process that started it ends, killed or not, the server ends with it: the kernel sees
# to that. It is bound to the thread that started it.
_PREFIX, _OWNER = "risk-pg-", "owner"
_BOUND = ("setpriv", "--pdeathsig", "QUIT")


class Server:
    """A server, which may be killed and started again.

    Parameters
    ----------
    folder
        Of the cluster and of its socket.
    programs
        Where ``initdb`` and ``postgres`` are.
    """

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self._programs = folder, programs
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        self._made = 0
        self.process: subprocess.Popen[bytes] | None = None

    def prepare(self, *further: str) -> None:
        """Make the cluster."""
        options = ["-A", "trust", "-U", "risk", "-N", "-E", "UTF8", "--locale=C", *further]
        subprocess.run(
            [self._programs / "initdb", "-D", self.folder / "data", *options],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self._user,
            cwd=self.folder,
        )

    def start(self, *further: str) -> None:
        """Start, and wait until it answers."""
        self.process = subprocess.Popen(
            self._command(further), user=self._user, cwd=self.folder, start_new_session=True
        )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                psycopg.connect(self.dsn("postgres")).close()
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, "PostgreSQL does not start"
                assert self.process.poll() is None, "PostgreSQL has ended"
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals) -> None:
        """End it by a signal, SIGKILL to all its processes, and wait until it has ended."""
        assert self.process
        # Each of its processes leads a session of its own, and one may answer for a moment longer.
        others = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(how)
        if how is signal.SIGKILL:
            for other in others:
                with contextlib.suppress(psutil.NoSuchProcess):
                    other.kill()
        self.process.wait(PATIENCE_SECONDS)
        psutil.wait_procs(others, PATIENCE_SECONDS)

    def new_database(self) -> str:
        """Make an empty database and return its name."""
        self._made += 1
        name = f"risk_{self._made}"
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return name

    def make_roles(self, *names: str) -> None:
        """Make roles that may log in and nothing else; those that are there stay as they are."""
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            for name in names:
                with contextlib.suppress(psycopg.errors.DuplicateObject):
                    connection.execute(f"CREATE ROLE {name} LOGIN".encode())

    def dsn(self, database: str, user: str = "risk") -> str:
        """Return how psycopg reaches a database."""
        return f"host={self.folder} user={user} dbname={database}"

    def url(self, database: str, user: str = "risk") -> str:
        """Return how SQLAlchemy does."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}"

    def _command(self, further: Sequence[str]) -> list[str | Path]:
        options = [f"--{name}={value}" for name, value in OPTIONS.items()]
        data = ["-D", str(self.folder / "data"), "-k", str(self.folder)]
        return [*_BOUND, self._programs / "postgres", *data, *options, *further]


def installed_programs() -> Path | None:
    """Return where PostgreSQL's programs are; ``None`` where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    return Path(initdb).parent if initdb else None


@contextlib.contextmanager
def running_server(*further: str, within: Path | None = None) -> Iterator[Server]:
    """Keep a new server running; skip the test where none is installed.

    Parameters
    ----------
    further
        Options of ``initdb``.
    within
        Folder for its own; ``None``: where temporary ones are.
    """
    programs = installed_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: the Debian package postgresql has it")
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=within))
    server = Server(folder, programs)
    try:
        replace_file(folder / _OWNER, _owner(psutil.Process()).encode())
        server.prepare(*further)
        server.start()
        yield server
    finally:
        if server.process and server.process.poll() is None:
            server.stop(signal.SIGQUIT)
        shutil.rmtree(folder)


def sweep() -> None:
    """End servers, and remove folders, of processes of this host that were killed.

    A server that stood still as its owner was killed stands still for ever. Nothing is touched that
    does not say whose it is.
    """
    for owner in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_OWNER}"):
        with contextlib.suppress(OSError):
            if not _is_alive(owner.read_text()):
                _kill_server(owner.parent)
                shutil.rmtree(owner.parent, ignore_errors=True)


def _owner(process: psutil.Process) -> str:
    """Return what nobody else is called: a number alone is given again."""
    return f"{socket.gethostname()} {process.pid} {process.create_time()}"


def _is_alive(owner: str) -> bool:
    host, *rest = owner.split()
    if host != socket.gethostname():
        return True  # for all that can be seen from here
    try:
        return _owner(psutil.Process(int(rest[0]))) == owner
    except psutil.NoSuchProcess:
        return False


def _kill_server(folder: Path) -> None:
    for process in psutil.process_iter(["cmdline"]):
        if str(folder / "data") in (process.info["cmdline"] or ()):
            children = process.children(recursive=True)
            for one in (process, *children):
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.kill()
            psutil.wait_procs([process, *children], PATIENCE_SECONDS)
