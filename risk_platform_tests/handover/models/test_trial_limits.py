"""The trial's limits: of memory, of the processor and of the clock, each by what would exceed it.

What exceeds them is no damaged text: the reader has nothing against it, and the unsafe twin, the
same reader without these limits, takes what it asks for.
"""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from risk_platform.errors.models import RefusedModelError
from risk_platform.handover.models.trial import CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS, try_out
from risk_platform.scoring.bundle_files import MODEL
from risk_platform_tests.mutated_bundles import remake

# A number that the first tree allots places for, four bytes each, before it looks for them.
MANY = MEMORY_BYTES * 3 // 2 // 4
# Codes of one fork, which take a time that grows with their square.
LONG = 100_000
# The twin has limits too, for the machine's sake.
TWIN_MEMORY_BYTES, TWIN_SECONDS = 4 * MEMORY_BYTES, CPU_SECONDS * 3 // 2
TWIN = f"""
import resource, sys
from pathlib import Path
from risk_platform.scoring.bundle import prove, read_bundle
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_AS, ({TWIN_MEMORY_BYTES}, {TWIN_MEMORY_BYTES}))
resource.setrlimit(resource.RLIMIT_CPU, ({TWIN_SECONDS}, {TWIN_SECONDS + 1}))
prove(read_bundle(Path(sys.argv[1])), 1)
print(Path("/proc/self/status").read_text())
"""


def unbound(folder: Path) -> subprocess.CompletedProcess[str]:
    """Read a bundle as the trial does, but with more than it may take."""
    command = [sys.executable, "-c", TWIN, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def with_first_tree(bundle: Path, into: Path, *changes: tuple[str, str]) -> Path:
    """Write a copy of a bundle in whose first tree something else stands; the rest fits it."""
    text = changed = (bundle / MODEL).read_text()
    for old, new in changes:
        changed = re.sub(old, new, changed, count=1)
    longer = len(changed) - len(text)
    changed = re.sub(
        r"tree_sizes=(\d+)", lambda said: f"tree_sizes={int(said[1]) + longer}", changed
    )
    remake(bundle, into, {MODEL: changed})
    return into


def hungry(bundle: Path, into: Path, places: int) -> Path:
    """Write a bundle whose first tree asks for memory for so many places, and uses none."""
    told = f"num_cat={places}\ncat_boundaries=0\ncat_threshold=0"
    return with_first_tree(bundle, into, ("num_cat=0", told))


def long_winded(bundle: Path, into: Path) -> Path:
    """Write a bundle whose first tree asks whether a label is one of very many."""
    codes = " ".join(["1"] * LONG)
    told = f"num_cat=1\ncat_boundaries=0 {LONG}\ncat_threshold={codes}"
    is_label, first = ("decision_type=2", "decision_type=1"), (r"\nthreshold=\S+", "\nthreshold=0")
    return with_first_tree(bundle, into, ("num_cat=0", told), is_label, first)


def test_a_text_that_takes_all_memory_is_refused(bundle_folder: Path, tmp_path: Path) -> None:
    """The process that reads it gets none, and dies of that."""
    with pytest.raises(RefusedModelError, match="reading it"):
        try_out(hungry(bundle_folder, tmp_path, MANY), 1)


def test_the_same_text_passes_with_less(bundle_folder: Path, tmp_path: Path) -> None:
    """It was for its memory that it was refused."""
    try_out(hungry(bundle_folder, tmp_path, MANY // 100), 1)


def test_without_a_limit_it_takes_the_memory(bundle_folder: Path, tmp_path: Path) -> None:
    """The unsafe twin: it is read, it scores as it should, and more than the limit is gone."""
    done = unbound(hungry(bundle_folder, tmp_path, MANY))
    peak = re.search(r"VmHWM:\s+(\d+) kB", done.stdout)
    assert peak, done.stderr
    assert int(peak[1]) * 1024 > MEMORY_BYTES


@pytest.mark.slow
def test_a_text_that_takes_too_long_is_refused(bundle_folder: Path, tmp_path: Path) -> None:
    """The processor is taken from who reads it, or the clock runs out."""
    with pytest.raises(RefusedModelError, match="reading it"):
        try_out(long_winded(bundle_folder, tmp_path), 1)


@pytest.mark.slow
def test_without_a_limit_it_takes_longer(bundle_folder: Path, tmp_path: Path) -> None:
    """The unsafe twin: half as long again, and it has not come to an end."""
    done = unbound(long_winded(bundle_folder, tmp_path))
    assert done.returncode == -signal.SIGXCPU, done.stderr


@pytest.mark.slow
def test_a_file_that_never_comes_is_not_waited_for(bundle_folder: Path, tmp_path: Path) -> None:
    """It takes no processor at all: the clock counts."""
    remake(bundle_folder, tmp_path, {})
    (tmp_path / MODEL).unlink()
    os.mkfifo(tmp_path / MODEL)
    with pytest.raises(RefusedModelError, match=f"longer than {WALL_SECONDS} seconds"):
        try_out(tmp_path, 1)
