"""Memory: the least that machine, container and shell leave is what there is."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from risk_platform.commands.memory import of_groups

GIB = 2**30


def limited(folder: Path, **files: int | str) -> None:
    """Write what a control group tells of itself."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        (folder / f"memory.{name}").write_text(f"{value}\n")


def test_a_container_leaves_what_it_has_not_used(tmp_path: Path) -> None:
    """Of the kernel's cache, what is given back when wanted counts as free; groups are nested."""
    (tmp_path / "ours").write_text("0::/bank/desk\n")
    stat = f"anon 7\ninactive_file {GIB}"
    limited(tmp_path / "bank", max=8 * GIB, current=3 * GIB, stat=stat)
    limited(tmp_path / "bank/desk", max="max", current=GIB, stat=stat)
    assert list(of_groups(tmp_path / "ours", tmp_path)) == [6 * GIB]


def test_a_container_of_the_older_kind_is_read_too(tmp_path: Path) -> None:
    """It names its group as the machine does, and shows itself at the top."""
    (tmp_path / "ours").write_text("4:cpu,cpuacct:/docker/a\n5:memory:/docker/a\n")
    stat = f"cache 7\ntotal_inactive_file {GIB}"
    limited(tmp_path / "memory", limit_in_bytes=4 * GIB, usage_in_bytes=2 * GIB, stat=stat)
    assert list(of_groups(tmp_path / "ours", tmp_path)) == [3 * GIB]


def test_where_there_are_no_groups_nothing_is_said(tmp_path: Path) -> None:
    """As on other systems than Linux."""
    assert list(of_groups(tmp_path / "ours", tmp_path)) == []


ASKING = """
from risk_platform.commands.memory import free_bytes
print(*free_bytes())
"""


@pytest.mark.parametrize("gib", [1, 2])
def test_the_limit_of_a_shell_is_told(gib: int) -> None:
    """By its name, as nobody would think of it."""
    done = subprocess.run(
        [sys.executable, "-c", ASKING],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (gib * GIB, gib * GIB)),
    )
    assert done.stdout.strip() == f"{gib * GIB} for each process by `ulimit -v`"
