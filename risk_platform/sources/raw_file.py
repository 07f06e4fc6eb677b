"""A raw file: one table of loans on this machine, and what it is called."""

from dataclasses import dataclass
from pathlib import Path

from risk_platform.sources.encoding import UTF8


@dataclass(frozen=True, slots=True)
class RawFile:
    """One CSV, which may be packed or a member of a zip archive.

    Parameters
    ----------
    path
        The file on disk.
    member
        Name inside the zip archive; empty where the file is no archive.
    root
        Folder from which it is named, where files of one name lie in several folders.
    encoding
        Of its text, by Python's name.
    """

    path: Path
    member: str = ""
    root: Path | None = None
    encoding: str = UTF8

    @property
    def name(self) -> str:
        """What a person calls it, distinct in a source: the file's name, and the member's."""
        name = self.path.relative_to(self.root).as_posix() if self.root else self.path.name
        return f"{name}/{self.member}" if self.member else name
