"""What is damaged is refused by name, before it is read or published."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from risk_platform.errors.tables import DamagedTableError, UnverifiedVersionError
from risk_platform.store.tables import TableStore
from risk_platform_tests.store.tables import TABLE, numbers, publish, publish_parts, write


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    """Return a store with one version."""
    store = TableStore(tmp_path / "tables")
    publish(store, 1)
    return store


def flip(file: Path) -> None:
    """Change one bit, and not the size."""
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(content)


def cut(file: Path) -> None:
    """Lose the end."""
    os.truncate(file, file.stat().st_size - 1)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [(Path.unlink, r"part\.parquet is missing"), (cut, r"part\.parquet has \d+ bytes instead of")],
    ids=["deleted", "cut"],
)
def test_a_file_that_is_missing_or_short_is_named(
    store: TableStore, damage: Callable[[Path], None], sentence: str
) -> None:
    """Whoever asks for the files of a table is told at once."""
    damage(Path(store.files(TABLE)[0]))
    with pytest.raises(DamagedTableError, match=sentence):
        store.files(TABLE)


def test_a_flipped_bit_is_found_when_asked_for(store: TableStore) -> None:
    """The size is right, the digest is not."""
    store.verify(TABLE)
    flip(Path(store.files(TABLE)[0]))
    with pytest.raises(DamagedTableError, match=r"part.parquet is (not what was|no whole Parq)"):
        store.verify(TABLE)


def test_exchanged_files_are_found_when_asked_for(store: TableStore) -> None:
    """Two files of the same size that stand in each other's place are not the table."""
    publish_parts(store, ["q1", "q2"], {"q1": 1, "q2": 2})
    first, second = map(Path, store.files(TABLE))
    aside = first.rename(first.with_suffix(".aside"))
    second.rename(first)
    aside.rename(second)
    with pytest.raises(DamagedTableError, match=r"q1/part\.parquet is not what was published"):
        store.verify(TABLE)


def test_an_earlier_version_can_be_read_when_the_current_one_is_damaged(store: TableStore) -> None:
    """That is what the last versions stay for."""
    [entry] = store.history(TABLE)
    publish(store, 2)
    Path(store.files(TABLE)[0]).unlink()
    assert numbers(store, version=entry.version) == [1]


def whole(version: Path) -> None:
    """Write what could be published."""
    write(version, 2)


def half_a_file(version: Path) -> None:
    """Write a file whose end is missing."""
    cut(write(version, 2) / "part.parquet")


def two_kinds_of_file(version: Path) -> None:
    """Write files that have other columns each."""
    write(version / "a", 2)
    write(version / "b", 2, column="other")


@pytest.mark.parametrize(
    ("wrote", "rows", "error", "sentence"),
    [
        (whole, 2, UnverifiedVersionError, "2 rows were written, and 1 are in its files"),
        (half_a_file, None, DamagedTableError, "part.parquet is no whole Parquet file"),
        (two_kinds_of_file, None, UnverifiedVersionError, "part.parquet has columns of its own"),
    ],
    ids=["rows", "footer", "columns"],
)
def test_what_is_not_whole_is_not_published(
    store: TableStore,
    wrote: Callable[[Path], None],
    rows: int | None,
    error: type[Exception],
    sentence: str,
) -> None:
    """The version before stays, and the sentence says what was wrong."""
    writer = store.new_version(TABLE)
    version = writer.__enter__()
    wrote(version.folder)
    version.rows = rows
    with pytest.raises(error, match=sentence):
        writer.__exit__(None, None, None)
    assert numbers(store) == [1]


def test_rows_that_are_in_no_part_are_not_lost_in_silence(store: TableStore) -> None:
    """A writer that tells its parts tells all of them."""
    writer = store.new_version(TABLE)
    version = writer.__enter__()
    version.parts = {"q1": write(version.folder / "q1", 1)}
    write(version.folder / "q2", 2)
    with pytest.raises(UnverifiedVersionError, match=r"q2/part\.parquet belongs to no part"):
        writer.__exit__(None, None, None)
    assert numbers(store) == [1]


def test_parts_of_other_columns_are_not_kept(store: TableStore) -> None:
    """Half of a table with new columns would be read wrongly, or not at all."""
    publish_parts(store, ["q1", "q2"], {"q1": 1, "q2": 2})
    writer = store.new_version(TABLE, refreshed=["q2"])
    version = writer.__enter__()
    version.parts = {"q2": write(version.folder / "q2", 2, column="other")}
    with pytest.raises(UnverifiedVersionError, match="refresh all parts at once"):
        writer.__exit__(None, None, None)
    assert numbers(store) == [1, 2]


def test_a_part_that_is_damaged_is_not_kept(store: TableStore) -> None:
    """A version whose files are not all there is never published."""
    publish_parts(store, ["q1", "q2"], {"q1": 1, "q2": 2})
    Path(store.files(TABLE, ["q1"])[0]).unlink()
    with pytest.raises(DamagedTableError, match=r"q1/part\.parquet is missing"):
        publish_parts(store, ["q2"], {"q2": 22})
