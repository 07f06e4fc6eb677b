"""A file that is changed while it is landed: what is recorded is what was read."""

import gzip
import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from risk_platform.errors.sources import ChangedSourceError
from risk_platform.sources.files import find_files
from risk_platform.sources.landing import land
from risk_platform.sources.report import FileReport

WriteCsv = Callable[..., Path]
IDS = [{"id": str(number)} for number in range(1, 4)]
OTHERS = [{"id": str(number)} for number in range(7, 10)]


def packed(text: bytes, path: Path) -> Path:
    """Write a text as a file that is packed as its name says."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.csv", text)
            archive.writestr("b.csv", text)
    else:
        path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def land_while(path: Path, folder: Path, change: Callable[[], object]) -> list[FileReport]:
    """Land a file to which something happens when its first records were read."""
    loans, rejects = folder / "loans", folder / "rejects"
    loans.mkdir()
    rejects.mkdir()

    def progress(_file: str, _records: int) -> None:
        change()

    return land(find_files(str(path)), loans, rejects, progress)


@pytest.mark.parametrize("name", ["in.csv", "in.csv.gz"])
def test_a_file_that_is_replaced_is_recorded_as_it_was_read(
    raw_csv: WriteCsv, tmp_path: Path, name: str
) -> None:
    """The digest is of the loans that landed, not of what lies there afterwards."""
    text, other = (raw_csv("any.csv", rows).read_bytes() for rows in (IDS, OTHERS))
    path, new = packed(text, tmp_path / name), packed(other, tmp_path / f"new-{name}")
    read = hashlib.sha256(path.read_bytes()).hexdigest()
    [report] = land_while(path, tmp_path, lambda: new.replace(path))
    landed = pq.read_table(tmp_path / "loans")["id"].to_pylist()
    assert (report.sha256, landed) == (read, ["1", "2", "3"])


def test_an_archive_that_is_replaced_is_refused(raw_csv: WriteCsv, tmp_path: Path) -> None:
    """One of its members would be of the one, and the next of the other."""
    text, other = (raw_csv("any.csv", rows).read_bytes() for rows in (IDS, OTHERS))
    path, new = packed(text, tmp_path / "in.zip"), packed(other, tmp_path / "new.zip")
    with pytest.raises(ChangedSourceError, match=r"in\.zip/a\.csv was changed"):
        land_while(path, tmp_path, lambda: new.exists() and new.replace(path))


@pytest.mark.parametrize("name", ["in.csv", "in.csv.gz", "in.zip"])
def test_the_digest_is_that_of_the_whole_file(raw_csv: WriteCsv, tmp_path: Path, name: str) -> None:
    """As ``sha256sum`` says it of a file that nobody touches; what follows the text counts too."""
    path = packed(raw_csv("any.csv", IDS).read_bytes(), tmp_path / name)
    if name.endswith(".gz"):
        path.write_bytes(path.read_bytes() + bytes(4_096))
    reports = land_while(path, tmp_path, lambda: None)
    assert {report.sha256 for report in reports} == {hashlib.sha256(path.read_bytes()).hexdigest()}
