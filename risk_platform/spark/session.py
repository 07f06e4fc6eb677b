"""What a Spark session needs before and when it starts, on a laptop and on a cluster alike.

What a session is told comes from four places, each over the one before: what this platform prefers,
``spark-defaults.conf``, the settings that have a name (``RISK_SPARK_…``), and ``RISK_SPARK_CONF``.
"""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pyspark

from risk_platform.settings import Settings
from risk_platform.spark.code_archive import archive_path, write_archive
from risk_platform.spark.java import ensure_java

LOOPBACK = "127.0.0.1"
_DEFAULTS = "spark-defaults.conf"


def prepare_environment(root: Path, master: str) -> None:
    """Set what Spark reads from the environment; must run before the JVM starts."""
    os.environ["JAVA_HOME"] = str(ensure_java(root).home)
    local = master.startswith("local")
    # Workers run the first `python3` of the PATH otherwise, which may lack every library. Those of
    # a cluster may have theirs at another place than the driver, and this variable says where.
    if local or not os.environ.get("PYSPARK_PYTHON"):
        os.environ["PYSPARK_PYTHON"] = sys.executable
    if local:
        os.environ["SPARK_LOCAL_IP"] = LOOPBACK
    else:
        write_archive(root)


def spark_config(settings: Settings) -> Mapping[str, str]:
    """Return the configuration of a session."""
    preferred = {**_PREFERRED, **(_ON_CLUSTER if settings.on_cluster else _ON_THIS_MACHINE)}
    elsewhere = _configured_elsewhere()
    return {
        **{name: value for name, value in preferred.items() if name not in elsewhere},
        **(_named_for_cluster(settings) if settings.on_cluster else {}),
        **_event_log(settings.spark_events),
        "spark.master": settings.spark_master,
        "spark.driver.memory": settings.spark_driver_memory,
        "spark.sql.session.timeZone": "UTC",
        **settings.spark_extra,
    }


_PREFERRED: Mapping[str, str] = {
    "spark.app.name": "risk-platform",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.showConsoleProgress": "false",
    "spark.ui.enabled": "false",
    "spark.log.level": "ERROR",
}
_ON_THIS_MACHINE: Mapping[str, str] = {
    "spark.driver.host": LOOPBACK,
    "spark.driver.bindAddress": LOOPBACK,
    # Two cores have nothing to gain from the default 200 tasks a shuffle.
    "spark.sql.shuffle.partitions": "4",
}
_ON_CLUSTER: Mapping[str, str] = {
    # Of its 200 tasks a shuffle keeps those that its rows are worth.
    "spark.sql.adaptive.enabled": "true",
}


def _named_for_cluster(settings: Settings) -> Mapping[str, str]:
    named = {
        "spark.driver.host": settings.spark_driver_host,
        "spark.driver.bindAddress": settings.spark_driver_bind,
        "spark.executor.memory": settings.spark_executor_memory,
        "spark.executor.cores": str(settings.spark_executor_cores or ""),
        "spark.submit.pyFiles": str(archive_path(settings.root)),
    }
    return {name: value for name, value in named.items() if value}


def _event_log(place: str) -> Mapping[str, str]:
    if not place:
        return {}
    url = place if "://" in place else f"file://{Path(place).expanduser().resolve()}"
    return {"spark.eventLog.enabled": "true", "spark.eventLog.dir": url}


def _configured_elsewhere() -> frozenset[str]:
    """Return what Spark's own file of defaults sets: it is not for us to say otherwise."""
    home = os.environ.get("SPARK_HOME") or Path(pyspark.__file__).parent
    file = Path(os.environ.get("SPARK_CONF_DIR") or Path(home) / "conf") / _DEFAULTS
    if not file.exists():
        return frozenset()
    return frozenset(re.findall(r"^\s*(spark\.[^\s=:]+)", file.read_text(), re.MULTILINE))
