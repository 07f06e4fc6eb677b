"""Bundles that were spoilt: cut off, with bytes or a digit changed, with files of another model."""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from random import Random

from risk_platform.scoring.bundle_files import FILES, MANIFEST, MODEL, bundle_digest

Files = dict[str, bytes]


def read_files(folder: Path) -> Files:
    """Return what stands in a bundle's files, without the manifest."""
    return {name: (folder / name).read_bytes() for name in FILES}


def cut_off(files: Files, random: Random) -> Files:
    """End the model's text too early."""
    text = files[MODEL]
    return files | {MODEL: text[: random.randrange(len(text))]}


def cut_out(files: Files, random: Random) -> Files:
    """Lose a piece of the model's text, but not its end."""
    text = files[MODEL]
    begin, end = sorted(random.sample(range(len(text) - 100), 2))
    return files | {MODEL: text[:begin] + text[end:]}


def change_bytes(files: Files, random: Random) -> Files:
    """Put three random bytes into the model's text."""
    text = bytearray(files[MODEL])
    for _ in range(3):
        text[random.randrange(len(text))] = random.randrange(256)
    return files | {MODEL: bytes(text)}


def change_digit(files: Files, random: Random) -> Files:
    """Make one digit of the model's text another one."""
    text = bytearray(files[MODEL])
    at = random.choice([at for at, code in enumerate(text) if chr(code).isdigit()])
    text[at] = ord(random.choice([d for d in "0123456789" if ord(d) != text[at]]))
    return files | {MODEL: bytes(text)}


def swap_files(files: Files, random: Random) -> Files:
    """Let two files change places."""
    one, other = random.sample(sorted(files), 2)
    return files | {one: files[other], other: files[one]}


KINDS: Mapping[str, Callable[[Files, Random], Files]] = {
    "cut off": cut_off,
    "cut out": cut_out,
    "bytes changed": change_bytes,
    "digit changed": change_digit,
    "files swapped": swap_files,
}


def spoil(folder: Path, into: Path, kind: str, seed: int, *, remade: bool) -> str:
    """Write a spoilt copy of a bundle and return its digest.

    Parameters
    ----------
    folder, into
        The bundle, and an empty folder.
    kind, seed
        What is done to it, and where.
    remade
        Whether the manifest is made anew, so that it vouches for what was spoilt.
    """
    files = KINDS[kind](read_files(folder), Random(seed))  # noqa: S311 - no secret
    return _write(files, into, folder / MANIFEST if not remade else None)


def remake(folder: Path, into: Path, texts: Mapping[str, str]) -> str:
    """Write a copy of a bundle with other texts and a manifest that vouches for them."""
    others = {name: text.encode() for name, text in texts.items()}
    return _write(read_files(folder) | others, into, None)


def _write(files: Files, into: Path, manifest: Path | None) -> str:
    """Write files, and the manifest that is given or one of them; return the bundle's digest."""
    for name, content in files.items():
        (into / name).write_bytes(content)
    digests = {name: sha256(content).hexdigest() for name, content in files.items()}
    remade = json.dumps(digests, indent=1, sort_keys=True).encode()
    (into / MANIFEST).write_bytes(manifest.read_bytes() if manifest else remade)
    return bundle_digest(into)
