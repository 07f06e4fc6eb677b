"""A bundle's files: written with a manifest of their digests, and read only as it vouches for them.

The manifest holds the SHA-256 of each file, and is checked before anything is parsed; the SHA-256
of the manifest is the bundle's digest. A bundle is data, never code.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from risk_platform.errors.models import (
    MissingBundleFileError,
    TamperedBundleError,
    UnexpectedBundleFileError,
)

MODEL, CALIBRATION, STATE, CARD = "model.txt", "calibration.json", "state.json", "card.json"
SEGMENTS, POLICY, REFERENCE = "segments.json", "policy.json", "reference.json"
FILES = (MODEL, CALIBRATION, STATE, SEGMENTS, POLICY, REFERENCE, CARD)
MANIFEST = "manifest.json"
# Where bundles are kept together, this is the folder that has one for each digest.
BUNDLES = "bundles"


def write_files(folder: Path, texts: Mapping[str, str]) -> str:
    """Write a bundle's files into an empty folder and return its digest."""
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    (folder / MANIFEST).write_text(json.dumps(digests, indent=1, sort_keys=True))
    return bundle_digest(folder)


def bundle_digest(folder: Path) -> str:
    """Return the SHA-256 of a bundle's manifest, which stands for the whole bundle.

    Raises
    ------
    MissingBundleFileError
        There is no manifest.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise MissingBundleFileError(MANIFEST)
    return hashlib.sha256(manifest.read_bytes()).hexdigest()


def verified_texts(folder: Path) -> dict[str, str]:
    """Return the text of each of a bundle's files.

    Raises
    ------
    BundleError
        A file is missing, changed, or not in the manifest.
    """
    bundle_digest(folder)
    digests: Mapping[str, str] = json.loads((folder / MANIFEST).read_text())
    found = {path.name for path in folder.iterdir()} - {MANIFEST}
    for name in sorted(found - set(FILES)):
        raise UnexpectedBundleFileError(name)
    for name in FILES:
        if name not in found or name not in digests:
            raise MissingBundleFileError(name)
    contents = {name: (folder / name).read_bytes() for name in FILES}
    for name, content in contents.items():
        if hashlib.sha256(content).hexdigest() != digests[name]:
            raise TamperedBundleError(name)
    return {name: content.decode() for name, content in contents.items()}
