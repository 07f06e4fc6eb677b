"""Digests of a source: by names and bytes, in any order."""

import hashlib
import zipfile
from pathlib import Path

from risk_platform.sources.digest import file_digests, source_digest
from risk_platform.sources.raw_file import RawFile


def test_a_file_is_known_by_its_bytes_on_disk(tmp_path: Path) -> None:
    """The digest is what ``sha256sum`` says."""
    (tmp_path / "a.csv").write_bytes(b"text")
    digests = file_digests([RawFile(tmp_path / "a.csv")])
    assert digests == {"a.csv": hashlib.sha256(b"text").hexdigest()}


def test_members_of_an_archive_share_its_digest(tmp_path: Path) -> None:
    """What lies on disk is the archive."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1.csv", "one")
        archive.writestr("2.csv", "two")
    digests = file_digests([RawFile(path, "1.csv"), RawFile(path, "2.csv")])
    assert set(digests) == {"a.zip/1.csv", "a.zip/2.csv"}
    assert set(digests.values()) == {hashlib.sha256(path.read_bytes()).hexdigest()}


def test_the_order_of_files_does_not_matter() -> None:
    """A folder has none."""
    assert source_digest({"a": "1", "b": "2"}) == source_digest({"b": "2", "a": "1"})


def test_names_and_bytes_matter() -> None:
    """A renamed file, a changed one and one more are other sources."""
    known = source_digest({"a": "1"})
    assert len({known, *map(source_digest, ({"b": "1"}, {"a": "2"}, {"a": "1", "b": "2"}))}) == 4
