"""Kill Spark and its driver while they publish: readers see the old table or the new one, whole."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from risk_platform.store.publications import KEPT_VERSIONS, LOG
from risk_platform.store.tables import TableStore
from risk_platform_tests.store import publisher
from risk_platform_tests.store.publisher import TABLE, look
from risk_platform_tests.store.tables import is_linear, versions_on_disk

pytestmark = pytest.mark.long

SEED = 20_260_131
PATIENCE_SECONDS = 120


def start(task: str, root: Path, *times: str) -> subprocess.Popen[str]:
    """Start a publisher or a watcher."""
    command = [sys.executable, "-m", publisher.__name__, task, str(root), *times]
    with (root / f"{task}.log").open("a") as log:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)


def java_of(process: subprocess.Popen[str]) -> psutil.Process:
    """Return the JVM of a publisher."""
    children = psutil.Process(process.pid).children(recursive=True)
    return next(child for child in children if child.name() == "java")


@contextmanager
def watched(root: Path) -> Iterator[list[str]]:
    """Have another process read the table all the while; give what it saw at the end."""
    seen: list[str] = []
    watcher = start("watch", root)
    try:
        yield seen
        assert watcher.poll() is None, (root / "watch.log").read_text()
    finally:
        watcher.kill()
        out, _ = watcher.communicate()
        seen += out.splitlines()


def publish_and_kill(root: Path, victim: str, round_: int, after_seconds: float) -> None:
    """Let a publisher begin its n-th round; a while later kill its JVM, or the driver itself."""
    process = start("publish", root)
    assert process.stdout
    for _ in range(round_):
        assert process.stdout.readline().startswith("publishing")
    java = java_of(process)
    time.sleep(after_seconds)
    if victim == "jvm":
        java.kill()
        process.wait(PATIENCE_SECONDS)
    else:
        process.kill()  # the JVM, left to itself, may write on while the next publisher begins
        process.wait()
    process.stdout.close()
    assert process.returncode != 0


def kill_time_and_again(root: Path, kills: int, rounds: Sequence[int]) -> list[str]:
    """Kill so many publishers, each at a random moment; return what a reader saw meanwhile."""
    dice = random.Random(SEED)  # noqa: S311 - the same moments each time
    with watched(root) as seen:
        for number in range(kills):
            # The first round takes five seconds, as Spark is cold; others take one or two.
            round_, moment = dice.choice(rounds), dice.uniform(0, 2)
            publish_and_kill(root, ("jvm", "driver")[number % 2], round_, moment)
    return seen


def check_what_is_left(root: Path, seen: list[str]) -> None:
    """Go on after the kills, and see that nothing is left of them."""
    finisher = start("publish", root, "1")
    finisher.communicate(timeout=PATIENCE_SECONDS)
    assert finisher.returncode == 0, (root / "publish.log").read_text()
    store = TableStore(root / "tables")
    kept = [look(store, manifest.version) for manifest in store.versions(TABLE)]
    contents = {" ".join(map(str, told)) for told in kept} | set(seen)
    # The same rows had the same content each time that they were published.
    assert {content.split()[0] for content in contents} == {"1", "2"}
    assert len(contents) == 2
    assert is_linear(store)
    assert versions_on_disk(store) == {manifest.version for manifest in store.versions(TABLE)}
    assert len(versions_on_disk(store)) <= KEPT_VERSIONS
    log = Path(store.root) / TABLE / LOG
    assert {path.suffix for path in log.iterdir()} <= {".json", ""}


def test_two_kills_leave_a_whole_table(tmp_path: Path) -> None:
    """One of the JVM, one of the driver; then a run that goes on."""
    seen = kill_time_and_again(tmp_path, 2, [2])
    assert len(seen) >= 2
    check_what_is_left(tmp_path, seen)


@pytest.mark.slow
def test_twenty_kills_leave_a_whole_table(tmp_path: Path) -> None:
    """Ten of each, at moments that the seed chose."""
    seen = kill_time_and_again(tmp_path, 20, [2, 3, 4])
    assert len(seen) >= 20
    check_what_is_left(tmp_path, seen)
