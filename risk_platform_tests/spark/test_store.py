"""A reader of a published table sees the old version or the new one, whole."""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from risk_platform.errors import MissingTableError
from risk_platform.spark.store import KEPT_VERSIONS, POINTER, WHOLE, TableStore

TABLE = "loans"


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    """Return a store without tables."""
    return TableStore(tmp_path)


def write(folder: Path, number: int) -> Path:
    """Write one row of Parquet."""
    folder.mkdir(exist_ok=True)
    pq.write_table(pa.table({"number": [number]}), folder / "part.parquet")
    return folder


def publish(store: TableStore, number: int) -> Path:
    """Publish a version without parts, and return its folder."""
    with store.new_version(TABLE) as version:
        write(version.folder, number)
    return version.folder


def publish_parts(store: TableStore, refreshed: list[str], numbers: dict[str, int]) -> None:
    """Publish a version that speaks for some parts and wrote some of them."""
    with store.new_version(TABLE, refreshed=refreshed) as version:
        version.parts = {
            part: write(version.folder / part, number) for part, number in numbers.items()
        }


def fail(store: TableStore, damage: type[BaseException]) -> None:
    """Write a version and end with an error before it is published."""
    with store.new_version(TABLE) as version:
        write(version.folder, 2)
        raise damage


def numbers(store: TableStore, parts: list[str] | None = None) -> list[int]:
    """Read the rows of a table's current version."""
    tables = [pq.read_table(folder) for folder in store.folders(TABLE, parts)]
    return [number for table in tables for number in table["number"].to_pylist()]


def test_a_published_version_can_be_read(store: TableStore) -> None:
    """A table without parts is one whole, in the folder that the version wrote."""
    folder = publish(store, 1)
    assert store.folders(TABLE) == [folder]
    assert list(store.current(TABLE).parts) == [WHOLE]
    assert numbers(store) == [1]


def test_a_new_version_takes_the_place_of_the_old(store: TableStore) -> None:
    """Rows of the two are never read together."""
    publish(store, 1)
    publish(store, 2)
    assert numbers(store) == [2]


def test_a_table_that_was_never_published_is_missing(store: TableStore) -> None:
    """The sentence names the table and says what to do."""
    with pytest.raises(MissingTableError, match="loans does not exist yet: materialise"):
        store.current(TABLE)


@pytest.mark.parametrize("damage", [RuntimeError, KeyboardInterrupt])
def test_a_failed_write_leaves_the_previous_version(
    store: TableStore, damage: type[BaseException]
) -> None:
    """Whatever ends it, half a version is neither published nor left behind."""
    folder = publish(store, 1)
    with pytest.raises(damage):
        fail(store, damage)
    assert numbers(store) == [1]
    assert [path for path in folder.parent.iterdir() if path.is_dir()] == [folder]


def test_a_first_write_that_fails_publishes_nothing(store: TableStore) -> None:
    """The table is as missing as before."""
    with pytest.raises(RuntimeError):
        fail(store, RuntimeError)
    with pytest.raises(MissingTableError):
        store.folders(TABLE)


def test_nothing_is_published_before_the_block_ends(store: TableStore) -> None:
    """Whoever reads while a version is written reads the one before."""
    publish(store, 1)
    with store.new_version(TABLE) as version:
        write(version.folder, 2)
        assert numbers(store) == [1]
    assert numbers(store) == [2]


def test_a_reader_that_began_before_the_swap_can_go_on(store: TableStore) -> None:
    """The old version's files outlive the swap."""
    old = publish(store, 1)
    publish(store, 2)
    assert pq.read_table(old)["number"].to_pylist() == [1]


def test_parts_that_are_not_refreshed_are_kept(store: TableStore) -> None:
    """A version of one quarter leaves the other quarters as they were."""
    publish_parts(store, ["q1", "q2"], {"q1": 1, "q2": 2})
    publish_parts(store, ["q2", "q3"], {"q2": 22, "q3": 3})
    assert numbers(store) == [1, 22, 3]


def test_a_refreshed_part_that_was_not_written_is_empty(store: TableStore) -> None:
    """A quarter that lost its last loan is no longer held, rather than kept as it was."""
    publish_parts(store, ["q1", "q2"], {"q1": 1, "q2": 2})
    publish_parts(store, ["q1", "q2"], {"q1": 11})
    assert numbers(store) == [11]


def test_only_the_parts_asked_for_are_read(store: TableStore) -> None:
    """A part that holds no rows is passed over."""
    publish_parts(store, ["q1", "q2", "q3"], {"q1": 1, "q2": 2, "q3": 3})
    assert numbers(store, ["q3", "q1", "q9"]) == [3, 1]


def test_old_versions_are_removed(store: TableStore) -> None:
    """So many of the newest stay, and the current one is among them."""
    folders = []
    for age in range(KEPT_VERSIONS + 2):
        folders.append(publish(store, age))
        os.utime(folders[-1], (age, age))
    left = {path for path in folders[0].parent.iterdir() if path.is_dir()}
    assert left == set(folders[-KEPT_VERSIONS:])


def test_an_old_version_stays_while_a_part_of_it_is_current(store: TableStore) -> None:
    """A quarter that is never written again is never lost."""
    publish_parts(store, ["q1", "q2"], {"q1": 1, "q2": 2})
    for number in range(KEPT_VERSIONS + 2):
        publish_parts(store, ["q2"], {"q2": number})
    assert numbers(store) == [1, KEPT_VERSIONS + 1]


def test_a_table_can_be_moved_with_its_folder(store: TableStore, tmp_path: Path) -> None:
    """The pointer holds no absolute path."""
    publish_parts(store, ["q1"], {"q1": 1})
    assert str(tmp_path) not in (store.root / TABLE / POINTER).read_text()


def test_tables_of_one_store_do_not_meet(store: TableStore) -> None:
    """Publishing one leaves the other missing."""
    publish(store, 1)
    with pytest.raises(MissingTableError):
        store.current("others")
