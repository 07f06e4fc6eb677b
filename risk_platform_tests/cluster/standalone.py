"""A Spark cluster of real processes on the loopback: a master, and workers that can be killed."""

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pyspark

from risk_platform.spark.java import ensure_java
from risk_platform.spark.session import LOOPBACK

PATIENCE_SECONDS = 60
_SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"
_MASTER = "org.apache.spark.deploy.master.Master"
_WORKER = "org.apache.spark.deploy.worker.Worker"


@dataclass
class StandaloneCluster:
    """A running cluster.

    Parameters
    ----------
    folder
        Where its logs and working files are.
    master
        Its address, ``spark://…``.
    workers
        The processes of its workers.
    """

    folder: Path
    master: str = ""
    workers: list[psutil.Popen] = field(default_factory=list)

    def start(self, name: str, *command: str) -> psutil.Popen:
        """Start one of its processes."""
        with (self.folder / f"{name}.log").open("w") as log:
            return psutil.Popen(
                [_SPARK_CLASS, *command],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self._environment(),
            )

    def log(self, name: str) -> str:
        """Return what a process has logged."""
        return (self.folder / f"{name}.log").read_text()

    def kill_worker(self, number: int) -> None:
        """Kill a worker and its executor, with all that they started, as a machine that dies."""
        kill(self.workers[number])

    def _environment(self) -> Mapping[str, str]:
        # What the driver imports must not come to the workers by this process's environment.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return kept | {
            "JAVA_HOME": str(ensure_java(self.folder).home),
            "SPARK_LOCAL_IP": LOOPBACK,
            "SPARK_DAEMON_MEMORY": "256m",
        }


@contextmanager
def standalone_cluster(
    folder: Path, workers: int = 2, memory: str = "900m"
) -> Iterator[StandaloneCluster]:
    """Start a master and workers of one core each; end them at the end of the block."""
    cluster = StandaloneCluster(folder)
    started: list[psutil.Popen] = []
    try:
        started.append(
            cluster.start("master", _MASTER, "--host", LOOPBACK, "--port", "0", "--webui-port", "0")
        )
        cluster.master = waited_for(cluster, "master", r"master at (spark://\S+)")
        for number in range(workers):
            options = ["--host", LOOPBACK, "--webui-port", "0", "--cores", "1", "--memory", memory]
            options += ["--work-dir", str(folder / f"work-{number}"), cluster.master]
            cluster.workers.append(cluster.start(f"worker-{number}", _WORKER, *options))
            started.append(cluster.workers[-1])
        for number in range(workers):
            waited_for(cluster, f"worker-{number}", r"(Successfully registered)")
        yield cluster
    finally:
        for process in started:
            kill(process)


def waited_for(cluster: StandaloneCluster, name: str, pattern: str) -> str:
    """Wait until a process has logged something, and return it."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if found := re.search(pattern, cluster.log(name)):
            return found[1]
        time.sleep(0.2)
    raise TimeoutError(cluster.log(name))


def kill(process: psutil.Popen) -> None:
    """Kill a process with all that it started."""
    with suppress(psutil.NoSuchProcess):
        for member in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                member.kill()
        process.wait(PATIENCE_SECONDS)
