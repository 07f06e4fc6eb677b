"""A session is what the settings ask for, and its workers run what the driver runs."""

import os
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.settings import Settings
from risk_platform.spark.java import SUPPORTED, java_version
from risk_platform.spark.session import LOOPBACK, prepare_environment, spark_config

ENVIRONMENT = ("JAVA_HOME", "PYSPARK_PYTHON", "SPARK_LOCAL_IP")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the environment back when the test is over."""
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setenv("SPARK_LOCAL_IP", "unset")


@pytest.mark.parametrize("master", ["local[*]", "local[2]", "spark://example:7077", "yarn"])
def test_the_session_runs_where_and_with_the_memory_that_settings_say(master: str) -> None:
    """Master and heap are handed on as they are."""
    config = spark_config(Settings(spark_master=master, spark_driver_memory="5g"))
    assert config["spark.master"] == master
    assert config["spark.driver.memory"] == "5g"


def test_a_local_session_listens_on_the_loopback_alone() -> None:
    """Nobody on the network can reach a laptop's driver."""
    config = spark_config(Settings(spark_master="local[*]"))
    assert config["spark.driver.host"] == config["spark.driver.bindAddress"] == LOOPBACK


def test_a_clusters_session_can_be_reached_by_its_workers() -> None:
    """The driver's address and the number of tasks are left to the cluster."""
    config = spark_config(Settings(spark_master="spark://example:7077"))
    local_only = {"spark.driver.host", "spark.driver.bindAddress", "spark.sql.shuffle.partitions"}
    assert not local_only & config.keys()


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(("master", "address"), [("local[2]", LOOPBACK), ("yarn", "unset")])
def test_the_environment_names_java_python_and_address(
    tmp_path: Path, master: str, address: str
) -> None:
    """Java is one that Spark runs on, Python the driver's; the address is fixed when local."""
    prepare_environment(tmp_path, master)
    assert java_version(Path(os.environ["JAVA_HOME"]) / "bin" / "java") in SUPPORTED
    assert os.environ["PYSPARK_PYTHON"] == sys.executable
    assert os.environ["SPARK_LOCAL_IP"] == address


def test_workers_run_the_drivers_python(spark: SparkSession) -> None:
    """They find the libraries that the driver found."""
    running = spark.sparkContext.parallelize([0], 1).map(lambda _: sys.executable).collect()
    assert running == [sys.executable]


def test_a_running_session_has_the_configuration_that_was_asked_for(spark: SparkSession) -> None:
    """The session of this run was asked for two cores, 1 GB and four tasks a shuffle."""
    conf = spark.sparkContext.getConf()
    assert (conf.get("spark.master"), conf.get("spark.driver.memory")) == ("local[2]", "1g")
    assert spark.conf.get("spark.sql.shuffle.partitions") == "4"


def test_months_do_not_move_with_the_machines_clock(spark: SparkSession) -> None:
    """The session tells the time in UTC, wherever it runs."""
    row = spark.range(1).select(F.current_timezone().alias("zone")).collect()[0]
    assert row["zone"] == "UTC"
