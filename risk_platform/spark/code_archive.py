"""The project's code as one archive, so that a cluster's workers run what the driver runs.

Its name holds a digest of the code: two drivers with different code never share a file, and workers
that start late fetch the very code that the driver began with.
"""

import hashlib
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import risk_platform

_PACKAGE = Path(risk_platform.__file__).parent


def archive_path(root: Path) -> Path:
    """Return where the archive of the code as it is now belongs, below the platform's folder."""
    digest = hashlib.sha256()
    for name, content in _files():
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return root / "spark" / f"{_PACKAGE.name}-{digest.hexdigest()[:12]}.zip"


def write_archive(root: Path) -> Path:
    """Write the archive, whole or not at all, where it is not there yet; return where it is."""
    path = archive_path(root)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = path.with_suffix(f".{os.getpid()}")
        with zipfile.ZipFile(staged, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in _files():
                archive.writestr(name, content)
        staged.replace(path)
    return path


def _files() -> Iterator[tuple[str, bytes]]:
    for file in sorted(_PACKAGE.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file.relative_to(_PACKAGE.parent).as_posix(), file.read_bytes()
