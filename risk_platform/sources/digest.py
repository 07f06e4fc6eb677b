"""Digests: what tells one source of raw files from another, to the byte."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from risk_platform.sources.encoding import UTF8
from risk_platform.sources.raw_file import RawFile


def file_digests(files: Iterable[RawFile]) -> dict[str, str]:
    """Return each file's name with the SHA-256 of its bytes as they lie on disk.

    An archive is read once, however many of its members are files of the source.
    """
    named = {raw.name: raw.path for raw in files}
    digests = {path: file_digest(path) for path in dict.fromkeys(named.values())}
    return {name: digests[path] for name, path in named.items()}


def source_digest(digests: Mapping[str, str], encoding: str = UTF8) -> str:
    """Return one digest of named digests, whatever their order.

    A name counts as much as a byte, and so does the encoding by which the bytes are read.
    """
    lines = sorted(f"{digest}  {name}  {encoding}\n" for name, digest in digests.items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
