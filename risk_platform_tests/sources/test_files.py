"""What a source is made of: whatever lies there is read, or named with the reason why not."""

import bz2
import gzip
import lzma
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from risk_platform.errors.sources import MissingSourceError, UnreadableSourceError
from risk_platform.sources.files import Found, find_files, look_for
from risk_platform.sources.landing import land

WriteCsv = Callable[..., Path]
IDS = [{"id": str(number)} for number in range(1, 4)]
PACK: Mapping[str, Callable[[bytes], bytes]] = {
    ".csv": bytes,
    ".txt": bytes,
    ".csv.gz": gzip.compress,
    ".csv.bz2": bz2.compress,
    ".csv.xz": lzma.compress,
    ".txt.gz": gzip.compress,
    ".csv.gzip": gzip.compress,
    ".gzip": bytes,
}


@pytest.fixture
def text(raw_csv: WriteCsv, tmp_path: Path) -> bytes:
    """Return a file of three loans."""
    path = raw_csv("good.csv", IDS)
    content = path.read_bytes()
    path.unlink()
    (tmp_path / "in").mkdir()
    return content


def ids(source: Path, folder: Path) -> list[str]:
    """Land a source, and return the loans."""
    loans, rejects = folder / "loans", folder / "rejects"
    loans.mkdir()
    rejects.mkdir()
    land(find_files(str(source)), loans, rejects)
    return sorted(pq.read_table(loans)["id"].to_pylist())


def names(found: Found) -> list[str]:
    """Return the names of the raw files."""
    return [raw.name for raw in found.files]


@pytest.mark.parametrize("ending", PACK)
def test_whatever_the_library_unpacks_is_read(tmp_path: Path, text: bytes, ending: str) -> None:
    """In a folder as in an archive."""
    (tmp_path / "in" / f"a{ending}").write_bytes(PACK[ending](text))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(f"in/a{ending}", PACK[ending](text))
    for number, source in enumerate((tmp_path / "in", tmp_path / "a.zip")):
        (tmp_path / str(number)).mkdir()
        assert ids(source, tmp_path / str(number)) == ["1", "2", "3"]


@pytest.mark.parametrize("ending", [".csv.gz", ".csv.bz2", ".csv.xz"])
@pytest.mark.parametrize("how", ["cut", "spoilt"])
def test_what_is_packed_and_damaged_is_refused(
    tmp_path: Path, text: bytes, ending: str, how: str
) -> None:
    """D11: it is the file that is damaged, not the disk: nobody tries again."""
    packed = PACK[ending](text * 40)
    middle = len(packed) // 2
    spoilt = packed[:middle] + bytes(9) + packed[middle + 9 :]
    (tmp_path / "in" / f"a{ending}").write_bytes(packed[:-20] if how == "cut" else spoilt)
    with pytest.raises(UnreadableSourceError, match=f"a{ending}"):
        ids(tmp_path / "in", tmp_path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("readme.txt.gz", b"plain text"),
        ("readme.txt.xz", b"\xfd7zXZ\0" + bytes(20)),
        ("readme.txt.bz2", b"plain text"),
        ("readme.txt", b"PK\x03\x04" + bytes(20)),
    ],
)
def test_a_text_that_nobody_named_and_nobody_can_read_is_passed_over(
    tmp_path: Path, text: bytes, name: str, content: bytes
) -> None:
    """D11: it is named with the reason, and the loans beside it are read."""
    (tmp_path / "in" / "a.csv").write_bytes(text)
    (tmp_path / "in" / name).write_bytes(content)
    found = look_for(str(tmp_path / "in"))
    assert names(found) == ["a.csv"]
    assert f"{name} cannot be read: " in found.passed_over[name]


def test_what_a_table_is_packed_in_shows_without_its_ending(tmp_path: Path, text: bytes) -> None:
    """Somebody took it away."""
    (tmp_path / "in" / "a.csv").write_bytes(bz2.compress(text))
    assert ids(tmp_path / "in", tmp_path) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("start", "kind"), [(b"\x28\xb5\x2f\xfd", "Zstandard"), (b"PK\x03\x04", "zip")]
)
def test_what_cannot_be_unpacked_here_is_called_by_its_name(
    tmp_path: Path, start: bytes, kind: str
) -> None:
    """The sentence says what to do."""
    path = tmp_path / "a.csv"
    path.write_bytes(start + bytes(100))
    with pytest.raises(UnreadableSourceError, match=rf"a\.csv .* {kind}: unpack it first"):
        ids(path, tmp_path)


def test_what_is_not_read_is_named_with_the_reason(tmp_path: Path, text: bytes) -> None:
    """Other endings, folders, and texts that are no tables."""
    folder = tmp_path / "in"
    (folder / "a.csv").write_bytes(text)
    for name in ("b.csv.zst", "c.parquet"):
        (folder / name).write_bytes(text)
    (folder / "notes.txt").write_text("none")
    (folder / "2019").mkdir()
    found = look_for(str(folder))
    assert names(found) == ["a.csv"]
    assert found.passed_over.keys() == {"b.csv.zst", "c.parquet", "notes.txt", "2019"}
    assert "its ending is none of .csv," in found.passed_over["b.csv.zst"]
    assert "a folder within the source" in found.passed_over["2019"]
    assert "no header with LendingClub's column names" in found.passed_over["notes.txt"]


def test_what_is_not_read_of_an_archive_is_named_too(tmp_path: Path, text: bytes) -> None:
    """By archive and member."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", text)
        archive.writestr("dictionary.xlsx", b"PK")
        archive.writestr("folder/", b"")
    found = look_for(str(tmp_path / "a.zip"))
    assert names(found) == ["a.zip/a.csv"]
    assert list(found.passed_over) == ["a.zip/dictionary.xlsx"]


def test_a_folder_of_nothing_that_can_be_read_says_what_lies_there(tmp_path: Path) -> None:
    """So that nobody looks for a mistyped path."""
    (tmp_path / "a.csv.zst").write_bytes(b"text")
    with pytest.raises(MissingSourceError, match=r"passed over: a\.csv\.zst: its ending"):
        find_files(str(tmp_path))


def test_markers_checksums_and_hidden_files_are_nobodys_data(tmp_path: Path, text: bytes) -> None:
    """They say something of another file, or are a program's own."""
    folder = tmp_path / "in"
    (folder / "a.csv").write_bytes(text)
    for name in ("a.csv.done", "a.csv.sha256", ".DS_Store", "._a.csv"):
        (folder / name).write_bytes(b"text")
    found = look_for(str(folder))
    assert (names(found), found.passed_over) == (["a.csv"], {})


def test_a_pattern_takes_no_marker_or_checksum_for_data(tmp_path: Path, text: bytes) -> None:
    """As in a folder."""
    for name in ("a.csv", "a.csv.done", "a.csv.sha256"):
        (tmp_path / "in" / name).write_bytes(text if name == "a.csv" else b"text")
    found = look_for(str(tmp_path / "in" / "a*"))
    assert (names(found), found.passed_over) == (["a.csv"], {})


@pytest.mark.parametrize("lines", [1, 2, 9], ids=["note", "note and header", "all"])
def test_lines_that_end_with_cr_alone_are_lines(tmp_path: Path, text: bytes, lines: int) -> None:
    """As old programs of a Mac wrote them, some or all: no loan is taken for the header's end."""
    notes = b"Notes offered by Prospectus\n"
    (tmp_path / "a.csv").write_bytes((notes + text).replace(b"\n", b"\r", lines))
    assert ids(tmp_path / "a.csv", tmp_path) == ["1", "2", "3"]


def test_a_file_that_is_delivered_twice_counts_once(tmp_path: Path, text: bytes) -> None:
    """D14: the same bytes under another name: the shorter name is read, the other named."""
    folder = tmp_path / "in"
    (folder / "loans.csv").write_bytes(text)
    (folder / "Copy of loans.csv").write_bytes(text)
    (folder / "other.csv").write_bytes(text.replace(b"941xx", b"940xx"))
    found = look_for(str(folder))
    assert names(found) == ["loans.csv", "other.csv"]
    assert found.passed_over == {
        "Copy of loans.csv": "its bytes are those of loans.csv, and one copy counts"
    }


def test_an_archive_that_is_delivered_twice_counts_once(tmp_path: Path, text: bytes) -> None:
    """D14: with all that is in it."""
    with zipfile.ZipFile(tmp_path / "in" / "a.zip", "w") as archive:
        archive.writestr("1.csv", text)
        archive.writestr("2.csv", text)
    shutil.copy(tmp_path / "in" / "a.zip", tmp_path / "in" / "a (1).zip")
    found = look_for(str(tmp_path / "in"))
    assert names(found) == ["a.zip/1.csv", "a.zip/2.csv"]
    assert list(found.passed_over) == ["a (1).zip"]


def test_a_copy_that_arrives_changes_the_name_of_no_other_file(tmp_path: Path, text: bytes) -> None:
    """D14: though it lies in another folder, under the same name."""
    for folder in ("2019", "2020"):
        (tmp_path / "in" / folder).mkdir()
        (tmp_path / "in" / folder / "a.csv").write_bytes(text)
    found = look_for(str(tmp_path / "in" / "*" / "*.csv"))
    assert names(found) == ["a.csv"]
    assert found.passed_over == {
        "2020/a.csv": "its bytes are those of 2019/a.csv, and one copy counts"
    }
