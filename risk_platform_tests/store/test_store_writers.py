"""Of several writers of one table, the one that began last publishes; the others are refused."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from risk_platform.errors.tables import StaleWriterError, UnsafeStoreError
from risk_platform.store.tables import TableStore
from risk_platform_tests.store.disks import ForgetfulDisk
from risk_platform_tests.store.tables import (
    TABLE,
    begin,
    is_linear,
    numbers,
    publish,
    versions_on_disk,
    write,
)


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    """Return a store with one version."""
    store = TableStore(tmp_path)
    publish(store, 1)
    return store


def refused(writer: ExitStack) -> bool:
    """Try to publish a writer's version."""
    try:
        writer.close()
    except StaleWriterError:
        return True
    return False


@pytest.mark.parametrize("zombie_ends_first", [True, False])
def test_a_zombie_and_its_retry_publish_one_version(
    store: TableStore, *, zombie_ends_first: bool
) -> None:
    """It is the retry's, whichever comes to its end first."""
    _, zombie = begin(store, 2)
    version, retry = begin(store, 3)
    order = [zombie, retry] if zombie_ends_first else [retry, zombie]
    outcome = {id(writer): refused(writer) for writer in order}
    assert outcome == {id(zombie): True, id(retry): False}
    assert numbers(store) == [3]
    assert store.current(TABLE).version == version.name
    assert len(store.history(TABLE)) == 2
    assert is_linear(store)


def test_a_refusal_says_who_came_after(store: TableStore) -> None:
    """Host and process of the other writer stand in the sentence."""
    version, zombie = begin(store, 2)
    publish(store, 3)
    by = store.history(TABLE)[0].by
    with pytest.raises(StaleWriterError, match=f"{version.name} is not .* {by} began"):
        zombie.close()


def test_a_writer_is_refused_when_the_retry_has_failed(store: TableStore) -> None:
    """Whoever was overtaken stays so: nobody can tell whether the other is gone."""
    _, zombie = begin(store, 2)
    with pytest.raises(RuntimeError), store.new_version(TABLE):
        raise RuntimeError
    assert refused(zombie)
    assert numbers(store) == [1]


def test_a_sweep_spares_the_version_that_is_being_written(store: TableStore) -> None:
    """However long it takes; what an overtaken writer left is removed."""
    overtaken, _ = begin(store, 2)
    version, writer = begin(store, 3)
    store.sweep(TABLE)
    assert not overtaken.folder.exists()
    assert version.folder.exists()
    writer.close()
    assert numbers(store) == [3]


def test_what_an_overtaken_writer_writes_late_is_swept(store: TableStore) -> None:
    """Its folder comes back when it writes on, and goes with the next sweep."""
    overtaken, zombie = begin(store, 2)
    name = publish(store, 3)
    overtaken.folder.mkdir()
    write(overtaken.folder, 4)
    assert refused(zombie)
    store.sweep(TABLE)
    assert {name} == versions_on_disk(store) - {entry.version for entry in store.history(TABLE)[1:]}


def test_writers_at_the_same_time_are_put_in_order(store: TableStore) -> None:
    """However they meet, each version is published once or refused, and one after the other."""

    def until_published(number: int) -> str:
        while True:
            try:
                return publish(store, number)
            except StaleWriterError:
                time.sleep(random.uniform(0, 0.5))  # noqa: S311 - or they overtake one another on and on

    with ThreadPoolExecutor(4) as pool:
        names = set(pool.map(until_published, range(4)))
    history = [entry.version for entry in store.history(TABLE)]
    assert names == set(history[:-1])
    assert len(history) == 5
    assert is_linear(store)
    store.verify(TABLE)


def test_a_disk_that_replaces_files_unasked_is_refused() -> None:
    """Two writers would both believe that they have published."""
    store = TableStore("memory://forgetful", ForgetfulDisk())
    with pytest.raises(UnsafeStoreError, match="does not refuse to create a file that exists"):
        publish(store, 1)
