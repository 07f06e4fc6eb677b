"""What tests of clusters, remote disks and crashes are handed: raw loans, and what they give."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from risk_platform.sources.generator.generate import generate
from risk_platform_tests.cluster import refresher

LOANS, FEW_LOANS = 20_000, 1_500
PATIENCE_SECONDS = 1_800
Published = Mapping[str, list[str | int]]


@dataclass(frozen=True)
class Platform:
    """A home of its own, refreshed by processes of their own.

    Parameters
    ----------
    home
        Its folder.
    source
        Folder of its raw files.
    environment
        What its processes are told beside where home and loans are.
    """

    home: Path
    source: Path
    environment: Mapping[str, str]

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a refresher."""
        self.home.mkdir(exist_ok=True)
        told = {
            "RISK_HOME": str(self.home),
            "RISK_SOURCE": str(self.source),
            "RISK_SPARK_DRIVER_MEMORY": "1g",
            # These JVMs do not live long enough for the better compiler to pay.
            "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            "TOLD": str(self._told),
        }
        command = [sys.executable, "-m", refresher.__name__, *arguments]
        with self.log.open("a") as log:
            environment = {**os.environ, **told, **self.environment}
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def run(self, *arguments: str) -> Published:
        """Run a refresher to its end, and return what it told."""
        process = self.start(*arguments)
        return self.ended(process)

    def ended(self, process: subprocess.Popen[bytes]) -> Published:
        """Wait until a refresher has ended well, and return what it told."""
        try:
            assert process.wait(PATIENCE_SECONDS) == 0, self.log.read_text()[-5_000:]
        finally:
            process.kill()
        return json.loads(self._told.read_text())

    @property
    def log(self) -> Path:
        """What its processes have logged."""
        return self.home / "refresher.log"

    @property
    def _told(self) -> Path:
        return self.home / "told.json"


def _generated(folder: Path, loans: int) -> Path:
    generate(loans, 7, folder)
    return folder


@pytest.fixture(scope="session")
def loans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one raw file."""
    return _generated(tmp_path_factory.mktemp("loans"), LOANS)


@pytest.fixture(scope="session")
def few_loans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one small raw file."""
    return _generated(tmp_path_factory.mktemp("few-loans"), FEW_LOANS)


@pytest.fixture(scope="session")
def at_home(tmp_path_factory: pytest.TempPathFactory, loans: Path) -> Published:
    """Return what the loans give on this machine alone."""
    home = tmp_path_factory.mktemp("at-home")
    return Platform(home, loans, {"RISK_SPARK_MASTER": "local[2]"}).run()


@pytest.fixture(scope="session")
def few_at_home(tmp_path_factory: pytest.TempPathFactory, few_loans: Path) -> Published:
    """Return what the few loans give on this machine alone, undisturbed."""
    home = tmp_path_factory.mktemp("few-at-home")
    return Platform(home, few_loans, {"RISK_SPARK_MASTER": "local[2]"}).run()
