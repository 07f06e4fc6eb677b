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
CLUSTER = "spark://example:7077"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the environment back when the test is over."""
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setenv("SPARK_LOCAL_IP", "unset")


@pytest.mark.parametrize("master", ["local[*]", "local[2]", CLUSTER, "yarn"])
def test_the_session_runs_where_and_with_the_memory_that_settings_say(master: str) -> None:
    """Master and heap are handed on as they are."""
    config = spark_config(Settings(spark_master=master, spark_driver_memory="5g"))
    assert config["spark.master"] == master
    assert config["spark.driver.memory"] == "5g"


def test_a_local_session_listens_on_the_loopback_alone() -> None:
    """Nobody on the network can reach a laptop's driver."""
    config = spark_config(Settings(spark_master="local[*]"))
    assert config["spark.driver.host"] == config["spark.driver.bindAddress"] == LOOPBACK


def test_a_clusters_session_is_left_to_spark_where_no_setting_speaks() -> None:
    """The driver's address, the executors and the number of tasks are Spark's to find."""
    config = spark_config(Settings(spark_master=CLUSTER))
    left = ("driver.host", "driver.bindAddress", "executor.memory", "executor.cores")
    assert not {f"spark.{name}" for name in (*left, "sql.shuffle.partitions")} & config.keys()


def test_a_cluster_is_told_what_settings_say(tmp_path: Path) -> None:
    """Addresses, executors and event logs each have a setting."""
    settings = Settings(
        spark_master=CLUSTER,
        spark_driver_host="driver.bank",
        spark_driver_bind="0.0.0.0",  # noqa: S104 - a container's address is not its host's
        spark_executor_memory="4g",
        spark_executor_cores=2,
        spark_events=str(tmp_path),
    )
    assert spark_config(settings).items() >= {
        ("spark.driver.host", "driver.bank"),
        ("spark.driver.bindAddress", "0.0.0.0"),  # noqa: S104
        ("spark.executor.memory", "4g"),
        ("spark.executor.cores", "2"),
        ("spark.eventLog.enabled", "true"),
        ("spark.eventLog.dir", f"file://{tmp_path}"),
    }


def test_further_settings_have_the_last_word() -> None:
    """An image that holds the code needs no archive of it."""
    settings = Settings(spark_master="yarn", spark_conf='{"spark.submit.pyFiles": ""}')
    assert spark_config(settings)["spark.submit.pyFiles"] == ""


def test_sparks_own_file_of_defaults_is_not_overruled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it sets we do not prefer otherwise; what a setting of ours names stays ours."""
    text = "# spark.log.level INFO\nspark.ui.enabled   true\nspark.sql.session.timeZone=CET\n"
    (tmp_path / "spark-defaults.conf").write_text(text)
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    config = spark_config(Settings(spark_master="yarn"))
    assert "spark.ui.enabled" not in config
    assert config["spark.log.level"] == "ERROR"
    assert config["spark.sql.session.timeZone"] == "UTC"


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


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(("master", "python"), [("local[2]", sys.executable), ("yarn", "./python")])
def test_a_clusters_workers_may_have_another_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, master: str, python: str
) -> None:
    """Spark's own variable says where; on this machine it is always the driver's."""
    monkeypatch.setenv("PYSPARK_PYTHON", "./python")
    prepare_environment(tmp_path, master)
    assert os.environ["PYSPARK_PYTHON"] == python


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
