"""What a Spark session needs before and when it starts, on a laptop and on a cluster alike."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from risk_platform.settings import Settings
from risk_platform.spark.java import ensure_java

LOOPBACK = "127.0.0.1"


def prepare_environment(root: Path, master: str) -> None:
    """Set what Spark reads from the environment; must run before the JVM starts."""
    os.environ["JAVA_HOME"] = str(ensure_java(root).home)
    # Workers run the first `python3` of the PATH otherwise, which may lack every library.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    if master.startswith("local"):
        os.environ["SPARK_LOCAL_IP"] = LOOPBACK


def spark_config(settings: Settings) -> Mapping[str, str]:
    """Return the configuration of a session."""
    local = settings.spark_master.startswith("local")
    return {
        "spark.app.name": "risk-platform",
        "spark.master": settings.spark_master,
        "spark.driver.memory": settings.spark_driver_memory,
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.ui.showConsoleProgress": "false",
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
        **(
            {
                "spark.driver.host": LOOPBACK,
                "spark.driver.bindAddress": LOOPBACK,
                # Two cores have nothing to gain from the default 200 tasks a shuffle.
                "spark.sql.shuffle.partitions": "4",
            }
            if local
            else {}
        ),
    }
