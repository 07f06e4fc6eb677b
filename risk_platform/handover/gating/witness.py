"""The witness: the gate's last epoch in a file outside the database, so that a restore shuts it.

A backup may be of a time at which scoring ran, and have been stopped since. So each move is written
here before it is committed. A crash between the two leaves a later epoch here than there, which
shuts the gate once too often; the other order could leave it open.
"""

from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from risk_platform.store.durable import replace_file

_PATIENCE_SECONDS = 0.5


class Witness:
    """Who knows the last epoch, whatever becomes of the database.

    Parameters
    ----------
    anchors
        The file of the chain's anchors: this one stands beside it, with ``.epoch`` behind its name.
        Whoever seals writes it first, so that where anchors are there was a witness too.

    Attributes
    ----------
    known
        The last epoch that this process has seen, there or in the database.
    """

    def __init__(self, anchors: Path) -> None:
        self._anchors, self._file = anchors, anchors.with_name(f"{anchors.name}.epoch")
        self._on_disk = self.known = 0

    def look(self, epoch: int, *, is_witnessed: bool) -> int:
        """Return the last epoch that is known outside a database.

        Parameters
        ----------
        epoch
            Where that stands.
        is_witnessed
            Whether it says that the move to there was written to such a file. If that is gone then,
            or cannot be read, nobody can tell that there was no later one: it counts as if there
            was. A machine on which nothing was anchored yet never had one, and begins with what the
            database says.
        """
        try:
            self._on_disk = int(self._file.read_text())
        except FileNotFoundError:
            self._on_disk = 0
            if not self.known and is_witnessed and self._anchors.exists():
                self.known = epoch + 1
        except (OSError, ValueError):
            self.known = self.known or epoch + 1
        self.known = max(self.known, self._on_disk)
        return self.known

    def write(self, epoch: int) -> None:
        """Put down an epoch, durably, unless a later one is there.

        Raises
        ------
        OSError
            It cannot be written.
        """
        self.known = max(self.known, epoch)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self._file}.lock", timeout=_PATIENCE_SECONDS):
            if self._read() < epoch:
                replace_file(self._file, f"{epoch}\n".encode())
            self._on_disk = epoch

    def follow(self, epoch: int) -> None:
        """Put down an epoch to which the gate was moved elsewhere, if that can be."""
        if self._on_disk < epoch:
            # It is tried again with the next look; nothing is let in that was not before.
            with suppress(OSError):
                self.write(epoch)

    def _read(self) -> int:
        with suppress(FileNotFoundError, ValueError):
            return int(self._file.read_text())
        return 0
