"""The dossier: all that a validator or an auditor asks for, in one file that says what is in it."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime

CONTENTS = "CONTENTS.json"


def packed(files: Mapping[str, bytes], made_at: datetime) -> bytes:
    """Return a ZIP file of files, with their SHA-256 and when it was made.

    Parameters
    ----------
    files
        By name, folders before a stroke.
    made_at
        When; the same files at the same time give the same bytes.
    """
    contents = {
        "made_at": made_at.isoformat(timespec="seconds"),
        "sha256": {
            name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())
        },
    }
    listed = {CONTENTS: json.dumps(contents, indent=1).encode(), **dict(sorted(files.items()))}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in listed.items():
            entry = zipfile.ZipInfo(name, made_at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return target.getvalue()
