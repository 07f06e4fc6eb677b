"""Make: what it says where the environment cannot be made, or was made elsewhere."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# A Python that says that it is an older one.
OLDER = """#!/bin/sh
shift
exec {python} -c "import sys; sys.version_info = (3, 9, 18); exec(sys.argv[1])" "$@"
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder of what make reads."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(clone: Path, *arguments: str, **environment: str) -> str:
    """Have something made that cannot be, and return what is said of that."""
    done = subprocess.run(
        ["/usr/bin/env", "make", *arguments],
        cwd=clone,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    return done.stderr


def digest(clone: Path, *names: str) -> str:
    """Return by what make knows files."""
    told = subprocess.run(
        ["/usr/bin/env", "cksum"],
        input=b"".join((clone / name).read_bytes() for name in names),
        capture_output=True,
        check=True,
    )
    return told.stdout.decode().split()[0]


def test_an_older_python_is_refused_before_anything_is_made(clone: Path) -> None:
    """In one sentence, with those that serve and how to name one."""
    older = clone / "python3.9"
    older.write_text(OLDER.format(python=sys.executable))
    older.chmod(0o755)
    said = make(clone, "demo", f"PYTHON={older}")
    assert f"Python 3.11, 3.12 or 3.13 is needed, and {older} is none" in said
    assert "make setup PYTHON=" in said
    assert "Traceback" not in said
    assert not (clone / ".venv").exists()


def test_a_python_that_is_not_there_is_refused(clone: Path) -> None:
    """By the same sentence."""
    assert "and python3.99 is none" in make(clone, "demo", "PYTHON=python3.99")


def test_an_environment_that_was_made_elsewhere_is_told_of(clone: Path) -> None:
    """As when the folder was moved: its programs begin with the name of a Python that is gone."""
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv/bin/pip").write_text("#!/nowhere/.venv/bin/python\n")
    (clone / f".venv/locked-{digest(clone, 'requirements.lock')}").touch()
    (clone / f".venv/installed-{digest(clone, 'requirements.lock', 'pyproject.toml')}").touch()
    said = make(clone, "demo")
    assert "make clean setup" in said


@pytest.mark.slow
def test_without_a_network_one_learns_what_is_wanted(clone: Path) -> None:
    """And what another index is named by."""
    away = {"PIP_INDEX_URL": "http://127.0.0.1:1/simple", "PIP_RETRIES": "0"}
    said = make(clone, "demo", f"PYTHON={sys.executable}", **away)
    assert "Packages cannot be fetched" in said
    assert "PIP_INDEX_URL" in said
