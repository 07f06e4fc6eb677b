"""Wherever publishing fails or is killed, a reader sees the old version or the new one, whole."""

import itertools
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from risk_platform.store.publications import LOG
from risk_platform.store.tables import TableStore
from risk_platform_tests.store import crash_points
from risk_platform_tests.store.disks import FailingLocalDisk, FailingMemoryDisk
from risk_platform_tests.store.tables import TABLE, is_linear, numbers, publish


def names_used(store: TableStore) -> set[str]:
    """Return the folders that the versions which stay consist of."""
    return {file.path.split("/")[0] for kept in store.versions(TABLE) for file in kept.files}


def names_found(store: TableStore) -> set[str]:
    """Return the folders of versions that are there."""
    found = store.disk.ls(f"{store.root}/{TABLE}", detail=False)
    return {path.rpartition("/")[2] for path in found} - {LOG}


@pytest.mark.parametrize("after", [False, True], ids=["not done", "done, unanswered"])
@pytest.mark.parametrize("disk", [FailingLocalDisk, FailingMemoryDisk], ids=["local", "remote"])
def test_each_operation_may_fail(
    tmp_path: Path, disk: type[FailingLocalDisk | FailingMemoryDisk], *, after: bool
) -> None:
    """Fail the first, the second, the third … until publishing needs no more; then do it again."""
    root = str(tmp_path) if disk is FailingLocalDisk else f"memory://{uuid.uuid4()}"
    seen: list[int] = []
    for moment in itertools.count(1):
        store, failing = TableStore(f"{root}/{moment}"), disk(moment, after=after)
        publish(store, 1)
        try:
            publish(TableStore(f"{root}/{moment}", failing), 2)
        except OSError:
            assert failing.failed
        [number] = numbers(store)
        seen.append(number)
        store.verify(TABLE)
        publish(store, 2)
        assert numbers(store) == [2]
        assert is_linear(store)
        assert names_found(store) == names_used(store)
        if not failing.failed:
            break
    assert set(seen) == {1, 2}
    assert len(seen) > 10


def kill_at_each_access(writer: str, folder: Path) -> list[int]:
    """Return how many crashes left the old version, the new one, and neither."""
    command = [sys.executable, "-m", crash_points.__name__, writer, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return [int(number) for number in done.stdout.split()]


@pytest.mark.parametrize("writer", ["store", "documents"])
def test_each_access_may_be_the_last(tmp_path: Path, writer: str) -> None:
    """D18: a process killed at its n-th access to the disk leaves what others go on from."""
    old, new, neither = kill_at_each_access(writer, tmp_path)
    assert neither == 0
    assert old > 10
    assert new > 5


def test_a_careless_writer_is_found_out(tmp_path: Path) -> None:
    """The test above can fail: whoever writes over a table loses it at some moment."""
    *_, neither = kill_at_each_access("careless", tmp_path)
    assert neither > 0
