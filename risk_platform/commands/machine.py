"""The machine: what the platform needs of Java, Spark's master, memory, disk and ports."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from risk_platform.commands.finding import Finding, Verdict
from risk_platform.commands.memory import free_bytes
from risk_platform.commands.services import obstacle, services
from risk_platform.settings import Settings
from risk_platform.spark.java import ensure_java
from risk_platform.spark.master import silent_masters

GIB = 2**30
# Beside Spark's heap: Python, Arrow's buffers and the services.
MEMORY_BESIDE_SPARK_GIB = 2
# The environment is outside. Five versions of each table are kept: of 300,000 loans they take 1.5,
# of the 2.9 million of the full file 15.
DISK_GIB = 5
# A home takes 0.4 after a first demo, and more while that is at work.
LEAST_DISK_GIB = 1
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
    left, where = free_bytes()
    free = left / GIB
    heap = settings.spark_driver_memory
    needed = float(heap[:-1]) * _UNITS.get(heap[-1].lower(), 1.0) + MEMORY_BESIDE_SPARK_GIB
    seen = f"{free:.1f} GiB free {where}, {needed:.1f} wanted with a Spark heap of {heap}"
    if free >= needed:
        return Finding("memory", Verdict.GOOD, seen)
    mend = "end other programs, raise that limit, or set RISK_SPARK_DRIVER_MEMORY=2g"
    return Finding("memory", Verdict.WARNING, seen, mend)


def disk(settings: Settings) -> Finding:
    """See that the platform's folder can be written to, and has room; and the one for Spark's."""
    settings.root.mkdir(parents=True, exist_ok=True)
    probe = settings.root / ".doctor"
    try:
        probe.write_text("can be written")
    finally:
        probe.unlink(missing_ok=True)
    free = shutil.disk_usage(settings.root).free / GIB
    temporary = Path(os.environ.get("SPARK_LOCAL_DIRS", tempfile.gettempdir()).split(",")[0])
    beside = shutil.disk_usage(temporary).free / GIB
    seen = f"{settings.root}: {free:.1f} GiB free, {DISK_GIB} wanted"
    if free < DISK_GIB:
        verdict = Verdict.BAD if free < LEAST_DISK_GIB else Verdict.WARNING
        return Finding("disk", verdict, seen, "make room, or let RISK_HOME name another disk")
    if beside < LEAST_DISK_GIB:
        seen = f"{temporary}: {beside:.1f} GiB free, {LEAST_DISK_GIB} wanted for what Spark spills"
        mend = "make room, or let SPARK_LOCAL_DIRS name a folder elsewhere"
        return Finding("disk", Verdict.WARNING, seen, mend)
    return Finding("disk", Verdict.GOOD, seen)


def ports(settings: Settings) -> Iterator[Finding]:
    """See whether the services can listen where they should."""
    running = services(settings)
    for service in running:
        if not service.port:
            continue
        what = f"port {service.port}"
        if why := obstacle(service, running):
            mend = f"end what listens there, unless it is ours; or set {service.setting} to another"
            yield Finding(what, Verdict.WARNING, why, mend)
        else:
            yield Finding(what, Verdict.GOOD, f"free for {service.name}")
