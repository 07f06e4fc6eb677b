"""The dossier: all that there is, with its digests; the same files give the same bytes."""

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from risk_platform_tests.monitored import world
from risk_platform_tests.serving.control_tower import published
from serving.control_tower.dossier import CONTENTS, packed
from serving.control_tower.evidence import DOCUMENTS, collected
from serving.control_tower.sources.log import Log
from serving.control_tower.sources.shelf import Shelf

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_dossier_names_the_digest_of_each_file() -> None:
    """Whoever has it can tell whether it is whole."""
    archive = zipfile.ZipFile(io.BytesIO(packed({"b.json": b"2", "a/a.json": b"1"}, AT)))
    assert archive.namelist() == [CONTENTS, "a/a.json", "b.json"]
    told = json.loads(archive.read(CONTENTS))
    assert told["sha256"]["a/a.json"] == hashlib.sha256(b"1").hexdigest()


def test_the_same_files_give_the_same_bytes() -> None:
    """In whatever order they came."""
    assert packed({"a": b"1", "b": b"2"}, AT) == packed({"b": b"2", "a": b"1"}, AT)


def test_evidence_is_what_was_published_and_names_what_was_not(tmp_path: Path) -> None:
    """Byte for byte; what is missing is not passed over."""
    settings = published.everything(tmp_path, world())
    files, lacking = collected(Shelf(settings), Log(settings))
    shelf = Shelf(settings)
    assert files["documents/champion_report.json"] == shelf.content("champion_report")
    assert "Model card" in files["validation_report.html"].decode()
    assert "opened" in files["gate/events.csv"].decode()
    assert set(lacking) == set(DOCUMENTS) - published.documents().keys()
