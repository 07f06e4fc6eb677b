"""The archive of the code that a cluster's workers get."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import risk_platform
from risk_platform.spark.code_archive import archive_path, write_archive

LOOK = "import risk_platform.spark.features as module; print(module.__file__)"


def test_it_is_written_once(tmp_path: Path) -> None:
    """The same code has the same name, and a second run leaves the file alone."""
    first = write_archive(tmp_path)
    written = first.stat()
    assert write_archive(tmp_path) == first == archive_path(tmp_path)
    assert first.stat() == written
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_python_imports_the_platform_from_it(tmp_path: Path) -> None:
    """Before the one that is installed."""
    archive = write_archive(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env=os.environ | {"PYTHONPATH": str(archive)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == f"{archive}/risk_platform/spark/features.py"


def test_it_holds_every_module(tmp_path: Path) -> None:
    """And what the modules read beside themselves."""
    package = Path(risk_platform.__file__).parent
    names = set(zipfile.ZipFile(write_archive(tmp_path)).namelist())
    found = {f"risk_platform/{path.relative_to(package)}" for path in package.rglob("*.py")}
    assert found <= names
    assert "risk_platform/sources/generator/statistics.json" in names
    assert not [name for name in names if "__pycache__" in name]
