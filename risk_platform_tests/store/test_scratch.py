"""A scratch folder ends with its process, however that ends, and with no other."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from risk_platform.store.scratch import PREFIX, scratch_folder, sweep
from risk_platform_tests.store import scratch_user


@contextmanager
def user_of(scratch: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a process that uses two folders, and wait until it does; kill it at the end."""
    command = [sys.executable, "-m", scratch_user.__name__, str(scratch)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        fetched, written = process.stdout.readline().split()
        assert Path(fetched).is_file()
        assert Path(written).is_dir()
        yield process
        process.kill()


def folders(scratch: Path) -> set[Path]:
    """Return the folders below a scratch folder."""
    return {path for path in scratch.iterdir() if path.is_dir()}


def test_nothing_stays_of_a_block_that_ended(tmp_path: Path) -> None:
    """Neither the folder nor its lock."""
    with scratch_folder(str(tmp_path)) as folder:
        (folder / "file").write_text("text")
        assert folders(tmp_path) == {folder}
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    """What it had fetched, and what it was about to send."""
    with user_of(tmp_path):
        pass
    assert len(folders(tmp_path)) == 2
    with scratch_folder(str(tmp_path)) as folder:
        assert folders(tmp_path) == {folder}
    assert list(tmp_path.iterdir()) == []


def test_what_a_living_process_uses_stays(tmp_path: Path) -> None:
    """However often others sweep; at its own end it removes both folders itself."""
    with user_of(tmp_path) as user:
        used = folders(tmp_path)
        sweep(tmp_path)
        with scratch_folder(str(tmp_path)):
            pass
        assert folders(tmp_path) == used
        user.communicate()
        assert user.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_what_another_machine_left_stays(tmp_path: Path) -> None:
    """Its process may live, though its lock does not reach us; so may that of a longer name."""
    with user_of(tmp_path):
        pass
    here = socket.gethostname()
    names = (f"{PREFIX}0a1b2c3d.elsewhere", f"{PREFIX}0a1b2c3d.other.{here}")
    for left, name in zip(sorted(folders(tmp_path)), names, strict=True):
        left.with_name(f"{left.name}.lock").rename(tmp_path / f"{name}.lock")
        left.rename(tmp_path / name)
    sweep(tmp_path)
    assert folders(tmp_path) == {tmp_path / name for name in names}


def test_what_has_no_lock_stays(tmp_path: Path) -> None:
    """Nobody can tell whose it is."""
    stranger = tmp_path / f"{PREFIX}0a1b2c3d.{socket.gethostname()}"
    stranger.mkdir()
    sweep(tmp_path)
    assert folders(tmp_path) == {stranger}


def test_a_process_that_begins_while_others_sweep_keeps_its_folder(tmp_path: Path) -> None:
    """Between the making of a lock and its being held, a sweep may take it."""

    def use(number: int) -> bool:
        for _ in range(40):
            with scratch_folder(str(tmp_path)) as folder:
                (folder / "file").write_text(str(number))
                sweep(tmp_path)
                assert (folder / "file").read_text() == str(number)
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(8)))
    assert list(tmp_path.iterdir()) == []
