"""The machine: what the platform needs of Java, Spark's master, memory, disk and ports."""

import os
import shutil
import sys
from collections.abc import Iterator

import psutil

from risk_platform.commands.finding import Finding, Verdict
from risk_platform.commands.ports import is_free
from risk_platform.commands.services import services
from risk_platform.settings import Settings
from risk_platform.spark.java import ensure_java
from risk_platform.spark.master import silent_masters

GIB = 2**30
# Beside Spark's heap: Python, Arrow's buffers and the services.
MEMORY_BESIDE_SPARK_GIB = 2
# The environment is outside. Five versions of each table are kept: of 300,000 loans they take 1.5,
# of the 2.9 million of the full file 15.
DISK_GIB = 5
_UNITS = {"g": 1.0, "m": 1 / 1024}


def python(settings: Settings) -> Finding:
    """Name its version; another than ours would not have come this far."""
    del settings
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", Verdict.GOOD, version)


def java(settings: Settings) -> Finding:
    """Look for a Java that Spark runs on."""
    found = ensure_java(settings.root)
    return Finding("java", Verdict.GOOD, f"{found.version} from {found.source}: {found.home}")


def spark(settings: Settings) -> Finding:
    """Ask a standalone master; other clusters are asked by Spark alone, when a run starts."""
    master = settings.spark_master
    silent = silent_masters(master)
    if silent:
        mend = "start it, or set RISK_SPARK_MASTER to another"
        seen = f"{master}: nobody answers at {', '.join(silent)}"
        alive = len(silent) <= master.count(",")
        return Finding("spark", Verdict.WARNING if alive else Verdict.BAD, seen, mend)
    if master == "yarn" and not {"HADOOP_CONF_DIR", "YARN_CONF_DIR"} & os.environ.keys():
        mend = "let HADOOP_CONF_DIR name the folder of the cluster's configuration"
        return Finding("spark", Verdict.BAD, "yarn, and nothing says which", mend)
    how = "it answers" if master.startswith("spark:") else "not asked"
    return Finding("spark", Verdict.GOOD, f"{master}, {how}" if settings.on_cluster else master)


def memory(settings: Settings) -> Finding:
    """Compare what is free with what Spark and all beside it want."""
    free = psutil.virtual_memory().available / GIB
    heap = settings.spark_driver_memory
    needed = float(heap[:-1]) * _UNITS.get(heap[-1].lower(), 1.0) + MEMORY_BESIDE_SPARK_GIB
    seen = f"{free:.1f} GiB free, {needed:.1f} wanted with a Spark heap of {heap}"
    if free >= needed:
        return Finding("memory", Verdict.GOOD, seen)
    return Finding(
        "memory", Verdict.WARNING, seen, "end other programs, or set RISK_SPARK_DRIVER_MEMORY=2g"
    )


def disk(settings: Settings) -> Finding:
    """See that the platform's folder can be written to, and has room."""
    settings.root.mkdir(parents=True, exist_ok=True)
    probe = settings.root / ".doctor"
    probe.write_text("can be written")
    probe.unlink()
    free = shutil.disk_usage(settings.root).free / GIB
    seen = f"{settings.root}: {free:.1f} GiB free, {DISK_GIB} wanted"
    if free >= DISK_GIB:
        return Finding("disk", Verdict.GOOD, seen)
    return Finding("disk", Verdict.WARNING, seen, "make room, or let RISK_HOME name another disk")


def ports(settings: Settings) -> Iterator[Finding]:
    """See whether the services can listen where they should."""
    for service in services(settings):
        if not service.port:
            continue
        what = f"port {service.port}"
        if is_free(service.host, service.port):
            yield Finding(what, Verdict.GOOD, "free")
        else:
            yield Finding(
                what,
                Verdict.WARNING,
                "taken, by us if `make up` is running",
                f"end what listens there, or set {service.setting} to another",
            )
