"""A reader of a published table sees the old version or the new one, whole."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from risk_platform.errors.tables import MissingTableError, MissingVersionError
from risk_platform.store.publications import KEPT_VERSIONS, LOG
from risk_platform.store.tables import TableStore
from risk_platform.store.version import WHOLE
from risk_platform_tests.store.tables import (
    TABLE,
    is_linear,
    numbers,
    publish,
    publish_parts,
    versions_on_disk,
    write,
)


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    """Return a store without tables."""
    return TableStore(tmp_path)


def fail(store: TableStore, damage: type[BaseException]) -> None:
    """Write a version and end with an error before it is published."""
    with store.new_version(TABLE) as version:
        write(version.folder, 2)
        raise damage


def test_a_published_version_can_be_read(store: TableStore) -> None:
    """A table without parts is one whole, in the folder that the version wrote."""
    name = publish(store, 1)
    assert [Path(file).parent.name for file in store.files(TABLE)] == [name]
    assert list(store.current(TABLE).parts) == [WHOLE]
    assert numbers(store) == [1]


def test_a_manifest_says_what_the_table_is(store: TableStore) -> None:
    """Rows, columns and files; the writer is handed it too."""
    with store.new_version(TABLE) as version:
        write(version.folder, 1)
    manifest = store.current(TABLE)
    assert version.manifest == manifest
    assert manifest.rows == 1
    assert manifest.columns == {"number": "int64"}
    size = (version.folder / "part.parquet").stat().st_size
    assert [(file.rows, file.size) for file in manifest.files] == [(1, size)]


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
    name = publish(store, 1)
    with pytest.raises(damage):
        fail(store, damage)
    assert numbers(store) == [1]
    assert versions_on_disk(store) == {name}


def test_a_first_write_that_fails_publishes_nothing(store: TableStore) -> None:
    """The table is as missing as before."""
    with pytest.raises(RuntimeError):
        fail(store, RuntimeError)
    with pytest.raises(MissingTableError):
        store.files(TABLE)


def test_nothing_is_published_before_the_block_ends(store: TableStore) -> None:
    """Whoever reads while a version is written reads the one before."""
    publish(store, 1)
    with store.new_version(TABLE) as version:
        write(version.folder, 2)
        assert numbers(store) == [1]
    assert numbers(store) == [2]


def test_a_reader_that_began_before_the_swap_can_go_on(store: TableStore) -> None:
    """The old version's files outlive the swap."""
    publish(store, 1)
    [old] = store.files(TABLE)
    publish(store, 2)
    assert pq.read_table(old)["number"].to_pylist() == [1]


def test_a_file_that_no_manifest_names_does_not_exist(store: TableStore) -> None:
    """Whatever else lands in a version's folder is not read."""
    name = publish(store, 1)
    write(Path(store.root) / TABLE / name / "late", 2)
    assert numbers(store) == [1]


def test_what_spark_has_not_committed_is_not_published(store: TableStore) -> None:
    """Files below names with an underscore or a dot do not count."""
    with store.new_version(TABLE) as version:
        write(version.folder, 1)
        write(version.folder / "_temporary", 2)
    assert store.current(TABLE).rows == 1


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


def test_a_version_of_the_whole_table_keeps_no_part(store: TableStore) -> None:
    """Unless a version names what it speaks for, it speaks for all."""
    publish_parts(store, ["q1", "q2"], {"q1": 1, "q2": 2})
    publish(store, 3)
    assert numbers(store) == [3]


def test_a_whole_is_not_kept_beside_parts(store: TableStore) -> None:
    """A table that is kept by quarter from now on does not hold its rows twice."""
    publish(store, 1)
    publish_parts(store, ["q1"], {"q1": 1})
    assert numbers(store) == [1]


def test_a_part_is_replaced_even_if_it_was_not_announced(store: TableStore) -> None:
    """Its rows are never there twice."""
    publish_parts(store, ["q1"], {"q1": 1})
    publish_parts(store, [], {"q1": 11})
    assert numbers(store) == [11]


def test_only_the_parts_asked_for_are_read(store: TableStore) -> None:
    """A part that holds no rows is passed over."""
    publish_parts(store, ["q1", "q2", "q3"], {"q1": 1, "q2": 2, "q3": 3})
    assert numbers(store, ["q3", "q1", "q9"]) == [3, 1]


def test_the_last_versions_stay_and_can_be_read_by_name(store: TableStore) -> None:
    """So many of the newest; of an older one the sentence says what is left."""
    names = [publish(store, age) for age in range(KEPT_VERSIONS + 2)]
    kept = names[-KEPT_VERSIONS:]
    assert [numbers(store, version=name) for name in kept] == [[2], [3], [4], [5], [6]]
    assert versions_on_disk(store) == set(kept)
    with pytest.raises(MissingVersionError, match=f"'{names[1]}'; it keeps: {kept[-1]}, "):
        store.files(TABLE, version=names[1])


def test_an_old_version_stays_while_a_part_of_it_is_read(store: TableStore) -> None:
    """A quarter that is never written again is never lost."""
    publish_parts(store, ["q1", "q2"], {"q1": 1, "q2": 2})
    for number in range(KEPT_VERSIONS + 2):
        publish_parts(store, ["q2"], {"q2": number})
    assert numbers(store) == [1, KEPT_VERSIONS + 1]


def test_the_history_is_linear_and_kept(store: TableStore) -> None:
    """Each publication that ever was is in the log, and names the one that it stood on."""
    names = [publish(store, age) for age in range(KEPT_VERSIONS + 2)]
    assert [entry.version for entry in store.history(TABLE)] == names[::-1]
    assert is_linear(store)


def test_equal_content_has_an_equal_digest(store: TableStore) -> None:
    """Names of versions and files do not count; rows and their parts do."""
    contents = []
    for parts in ({"q1": 1, "q2": 2}, {"q1": 1, "q2": 2}, {"q1": 2, "q2": 1}, {"q1": 1}):
        publish_parts(store, ["q1", "q2"], parts)
        contents.append(store.current(TABLE).content)
    assert contents[0] == contents[1]
    assert len(set(contents)) == 3


def test_a_table_can_be_moved_with_its_folder(store: TableStore, tmp_path: Path) -> None:
    """The log holds no absolute path."""
    publish_parts(store, ["q1"], {"q1": 1})
    moved = tmp_path / "moved"
    moved.mkdir()
    (tmp_path / TABLE).rename(moved / TABLE)
    entries = (moved / TABLE / LOG).glob("*.json")
    assert not any(str(tmp_path) in entry.read_text() for entry in entries)
    assert numbers(TableStore(moved)) == [1]


def test_tables_of_one_store_do_not_meet(store: TableStore) -> None:
    """Publishing one leaves the other missing."""
    publish(store, 1)
    with pytest.raises(MissingTableError):
        store.current("others")
