"""The doctor on a disk that is full, or takes nothing: the disk is what is to be mended."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from risk_platform.commands.finding import Verdict
from risk_platform_tests.commands.test_commands import call
from risk_platform_tests.commands.test_doctor import findings

KIB = 1_024
MOUNT, UNMOUNT = (shutil.which(name) or name for name in ("mount", "umount"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a disk of a mebibyte; tests that want one are skipped where none may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = [MOUNT, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run([UNMOUNT, "--lazy", str(folder)], check=True)


def fill(disk: Path) -> None:
    """Leave no room on a disk."""
    with (disk / "filling").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4 * KIB)):
                pass
        except OSError:
            return


def test_a_disk_with_hardly_any_room_is_amiss(small_disk: Path) -> None:
    """Before a run fails on it."""
    disk = findings(small_disk)["disk"]
    assert disk.verdict is Verdict.BAD
    assert "make room" in disk.mend


def test_on_a_full_disk_nothing_else_is_to_be_mended(small_disk: Path) -> None:
    """Nobody is told to move records away that are whole, or to install what is there."""
    fill(small_disk)
    found = findings(small_disk)
    amiss = {what: one for what, one in found.items() if one.verdict is Verdict.BAD}
    assert "disk" in amiss
    assert [what for what, one in amiss.items() if "make room" not in one.mend] == []
    for what in ("tables", "runs", "champion", "decisions"):
        assert (found[what].seen, found[what].mend) == ("not looked at", "mend the disk first")


def test_a_disk_that_takes_nothing_is_amiss(small_disk: Path) -> None:
    """As it is mounted; whoever runs the command learns which setting names another."""
    subprocess.run([MOUNT, "-o", "remount,ro", str(small_disk)], check=True)
    found = findings(small_disk)
    assert found["disk"].verdict is Verdict.BAD
    assert "RISK_HOME" in found["disk"].mend
    assert found["runs"].mend == "mend the disk first"


@pytest.mark.slow
@pytest.mark.parametrize(("command", "how"), [("demo", "full"), ("up", "ro"), ("doctor", "full")])
def test_a_command_on_such_a_disk_is_one_sentence(small_disk: Path, command: str, how: str) -> None:
    """And no traceback."""
    fill(small_disk)
    if how == "ro":
        subprocess.run([MOUNT, "-o", "remount,ro", str(small_disk)], check=True)
    ports = {f"RISK_{name}_PORT": "0" for name in ("API", "DAGSTER", "DAGSTER_VIEWER", "MLFLOW")}
    ports |= {"RISK_TOWER_PORT": "0", "RISK_EXPORTER_PORT": "0"}
    done = call(small_disk, command, **ports)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "disk" in done.stdout
