"""Local files that outlive a crash: whole or not there, and on the disk before they count."""

import os
import uuid
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Put a local file in the place of another, whole or not at all, in a folder that is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        staged.write_bytes(content)
        sync(staged)
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)
    sync(path.parent)


def sync(path: Path) -> None:
    """Have a local file or folder outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
