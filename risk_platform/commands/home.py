"""Dagster's home: made below the platform's own, so that nobody has to set it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import dagster as dg
from filelock import FileLock, Timeout

from risk_platform.errors.running import BusyHomeError, UnwritableFolderError
from risk_platform.settings import Settings
from risk_platform.store.durable import replace_file

Task = Literal["run", "up", "simulate"]
PROJECT = Path(__file__).parents[2]
_CONFIGURATION = PROJECT / "dagster.yaml"
_DATABASE = "RISK_DAGSTER_DATABASE"
# The address itself stays out of the file: it may hold a password.
_IN_POSTGRESQL = f"""
# As {_DATABASE} is set.
storage:
  postgres:
    postgres_url:
      env: {_DATABASE}
"""


def prepare_home(settings: Settings) -> Path:
    """Make Dagster's home with the project's ``dagster.yaml``, and point the environment at it.

    Raises
    ------
    UnwritableFolderError
        There is no place for it.
    """
    home = _made(settings.root / "dagster")
    text, database = _CONFIGURATION.read_text(), settings.dagster_database.get_secret_value()
    if database:
        text += _IN_POSTGRESQL
        os.environ[_DATABASE] = database
    configured = home / "dagster.yaml"
    if not configured.exists() or configured.read_text() != text:
        # Several processes may prepare one home at the same time, and others read it.
        replace_file(configured, text.encode())
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """Open the instance that the UI and the daemon use too."""
    prepare_home(settings)
    return dg.DagsterInstance.get()


@contextmanager
def alone_in(home: Path, task: Task) -> Iterator[None]:
    """Let no other command do this task in a home until the block, or this process, ends.

    Raises
    ------
    BusyHomeError
        Another one does.
    UnwritableFolderError
        Nothing can be written there.
    """
    lock = FileLock(_made(home) / f"{task}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise BusyHomeError(home, task) from error
    except OSError as error:
        raise UnwritableFolderError(home, error.strerror) from error
    try:
        yield
    finally:
        lock.release()


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnwritableFolderError(folder, error.strerror) from error
    return folder
