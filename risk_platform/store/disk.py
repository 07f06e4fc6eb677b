"""What a table store needs of a disk, local or remote, that fsspec does not give by itself."""

import os
import uuid
from contextlib import suppress
from pathlib import Path
from typing import cast

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem
from pydantic_settings import BaseSettings, SettingsConfigDict

from risk_platform.errors.tables import UnreachableStoreError
from risk_platform.store.disk_errors import client_errors
from risk_platform.store.durable import sync


def is_local(disk: AbstractFileSystem) -> bool:
    """Tell whether paths of the disk are those of this machine."""
    return isinstance(disk, LocalFileSystem)


def open_disk(root: str) -> tuple[AbstractFileSystem, str]:
    """Return the file system of a folder or URL, and the folder's path on it."""
    if root.startswith("s3"):
        _tell_s3_what_env_file_says()
    # A listing that is remembered would hide what others have published since.
    return url_to_fs(root, use_listings_cache=False)


class _EnvFile(BaseSettings):
    """All lines of ``.env``, as they are spelled."""

    model_config = SettingsConfigDict(env_file=".env", extra="allow", case_sensitive=True)


def _tell_s3_what_env_file_says() -> None:
    """Put the ``AWS_…`` lines of ``.env`` into the environment, where S3's client looks for them.

    What the environment says already wins, as for our own settings.
    """
    for name, value in (_EnvFile().model_extra or {}).items():
        if name.startswith("AWS_"):
            os.environ.setdefault(name, value)


def ask(root: str) -> None:
    """Have the disk of a folder or URL answer; whether it lets us write only a run can tell.

    Raises
    ------
    UnreachableStoreError
        It does not; there is no such bucket; or what it is reached by is not installed.
    """
    try:
        disk, path = open_disk(root)
        if not is_local(disk):
            disk.ls(path.partition("/")[0])
    except (OSError, ImportError, ValueError, *client_errors()) as error:
        raise UnreachableStoreError(root, str(error)) from error


def spark_path(path: str) -> str:
    """Return the absolute path of a local file as Spark finds it on any cluster.

    Without the scheme it would look on the cluster's own disk, which on YARN is HDFS. It takes
    what follows as it stands: ``Path.as_uri`` writes ``issue_quarter%3D…``, which is no folder.
    """
    return f"file://{path}"


def create(disk: AbstractFileSystem, path: str, content: bytes) -> None:
    """Create a file, whole or not at all.

    Raises
    ------
    FileExistsError
        It was there before.

    Notes
    -----
    Elsewhere this is the store's conditional put. A local file is written aside and linked: its
    name appears with all of its bytes, or not, and never replaces another's.
    """
    if not isinstance(disk, LocalFileSystem):
        disk.pipe_file(path, content, mode="create")
        return
    folder, staged = path.rpartition("/")[0], f"{path}.{uuid.uuid4().hex[:8]}"
    disk.makedirs(folder, exist_ok=True)
    with disk.open(staged, "wb") as file:
        file.write(content)  # pyright: ignore[reportArgumentType] - they are bytes
        file.flush()
        os.fsync(file.fileno())
    try:
        disk.link(staged, path)
    except FileNotFoundError as error:  # swept, as another had taken the name
        raise FileExistsError(path) from error
    finally:
        remove(disk, staged)
    # And the folder's own name, which may be as new as the file's.
    for place in (Path(folder), Path(folder).parent):
        sync(place)


def names(disk: AbstractFileSystem, folder: str) -> list[str]:
    """List what is in a folder; nothing where there is none."""
    try:
        return [path.rpartition("/")[2] for path in disk.ls(folder, detail=False)]
    except FileNotFoundError:
        return []


def sizes(disk: AbstractFileSystem, folder: str) -> dict[str, int]:
    """Return the bytes of every file below a folder, by path."""
    found = cast("dict[str, dict[str, int]]", disk.find(folder, detail=True))
    return {path: told["size"] for path, told in found.items()}


def remove(disk: AbstractFileSystem, path: str) -> None:
    """Remove a file or a folder as far as it goes; what another writes to it now may stay."""
    with suppress(OSError):
        disk.rm(path, recursive=True)
