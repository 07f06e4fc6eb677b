"""Raw loans to features on a standalone cluster: the same tables as on one machine, come what may.

Master, workers, executors and driver are processes of their own. Half-way is what Spark's status
page says, and that the kill has hit is what its event log says.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from risk_platform.commands.ports import free_port
from risk_platform_tests.cluster.conftest import Platform, Published
from risk_platform_tests.cluster.half_way import half_way, lost_tasks
from risk_platform_tests.cluster.standalone import StandaloneCluster, standalone_cluster

pytestmark = pytest.mark.slow

# Of twenty thousand loans Spark makes tasks for two cores; of many more it makes many.
MANY_TASKS = {"spark.sql.files.maxPartitionBytes": 300_000, "spark.sql.shuffle.partitions": 12}
# No answer for so long, and a worker counts as lost.
IMPATIENT = {"spark.network.timeout": "60s", "spark.shuffle.io.retryWait": "1s"}
# As on YARN: a path without a scheme is one of another disk than this.
OTHER_DISK = {"spark.hadoop.fs.defaultFS": "hdfs://127.0.0.1:1"}


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[StandaloneCluster]:
    """Return a master with two workers."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    with standalone_cluster(folder) as running:
        yield running


def platform_on(
    cluster: StandaloneCluster, source: Path, **conf: str | int | bool
) -> tuple[Platform, Path]:
    """Return a platform that works there, and the folder of its event logs."""
    events = cluster.folder / "events"
    events.mkdir()
    environment = {
        "RISK_SPARK_MASTER": cluster.master,
        "RISK_SPARK_DRIVER_HOST": "127.0.0.1",
        "RISK_SPARK_EXECUTOR_MEMORY": "640m",
        "RISK_SPARK_EXECUTOR_CORES": "1",
        "RISK_SPARK_EVENTS": str(events),
        "RISK_SPARK_CONF": json.dumps({"spark.eventLog.compress": False, **conf}),
    }
    return Platform(cluster.folder / "home", source, environment), events


def test_workers_run_the_code_of_the_driver(cluster: StandaloneCluster, loans: Path) -> None:
    """It comes to them with the job, whatever is installed where they are."""
    platform, _ = platform_on(cluster, loans)
    file = str(platform.run("--code"))
    assert "/risk_platform-" in file
    assert file.endswith(".zip/risk_platform/spark/features.py")


def test_a_cluster_gives_the_tables_of_one_machine(
    cluster: StandaloneCluster, loans: Path, at_home: Published
) -> None:
    """By content, with other cuts of files and shuffles, and with another disk as Spark's own."""
    platform, events = platform_on(cluster, loans, **MANY_TASKS, **OTHER_DISK)
    assert platform.run() == at_home
    assert lost_tasks(events) == []


@pytest.mark.parametrize("table", ["cleaned_loans", "loan_features"])
def test_a_cluster_that_loses_a_worker_gives_the_same_tables(
    cluster: StandaloneCluster, loans: Path, at_home: Published, table: str
) -> None:
    """It is killed with its executor while a table is half-way; what it had done is done again."""
    port = free_port("127.0.0.1", 0)
    ui = {"spark.ui.enabled": True, "spark.ui.port": port}
    platform, events = platform_on(cluster, loans, **MANY_TASKS, **IMPATIENT, **ui)
    process = platform.start()
    seen = half_way(port, platform.home / "tables" / table)
    cluster.kill_worker(0)
    assert not psutil.pid_exists(cluster.workers[0].pid)
    assert platform.ended(process) == at_home
    assert 0 < seen.done < seen.tasks
    assert seen.stage in lost_tasks(events)
