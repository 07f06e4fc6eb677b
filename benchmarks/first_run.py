"""First run: from a clone to the first score, as somebody new has it.

A new clone of what is committed here, a home folder with nothing in it, and no Java on the PATH.
What the set-up fetches comes from where pip is told to look, so that its seconds are the network's.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.figures import show

ROOT = Path(__file__).parent.parent
# What the demo prints above the scores, and what of the environment a newcomer would not have.
SCORED = "scored by the API"
OURS = ("RISK_", "JAVA_", "SPARK_", "DAGSTER_", "VIRTUAL_ENV", "PYTHON")


def run() -> None:
    """Measure and show."""
    with tempfile.TemporaryDirectory() as scratch:
        clone, started = Path(scratch) / "clone", time.monotonic()
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)  # noqa: S607
        environment = newcomer(Path(scratch))
        seconds = {"clone": time.monotonic() - started}
        for target, mark in (("setup", ""), ("demo", SCORED)):
            for said in made(clone, target, environment, mark):
                seconds[said] = time.monotonic() - started
    show("first_run", {said: {"s since the start": at} for said, at in seconds.items()})


def made(clone: Path, target: str, environment: Mapping[str, str], mark: str) -> Iterator[str]:
    """Run a target of make, and yield a name when its mark is printed and when it is done.

    Raises
    ------
    subprocess.CalledProcessError
        It failed.
    """
    command = ["make", target]
    with subprocess.Popen(
        command, cwd=clone, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout or ():
            if mark and mark in line:
                yield "first score"
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    yield f"make {target}"


def newcomer(folder: Path) -> dict[str, str]:
    """Return the environment of somebody whose home is empty, and who has no Java."""
    home, tools = folder / "home", folder / "bin"
    home.mkdir()
    tools.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for tool in Path(place).glob("[!.]*"):
            if not tool.name.startswith("java") and not (tools / tool.name).exists():
                (tools / tool.name).symlink_to(tool)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | {"HOME": str(home), "PATH": str(tools), "PYTHONUNBUFFERED": "1"}
