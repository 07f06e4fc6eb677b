"""Studies: where trials are kept, so that those that ended outlive the process that ran them."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import optuna
from filelock import FileLock
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.trial import FrozenTrial, TrialState

FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)


class _Held(JournalFileOpenLock):
    """The lock of a journal that is held as a whole.

    Optuna's own is a link beside the file: where a process is killed while it holds it, the next
    one waits for half a minute.
    """

    def acquire(self) -> bool:
        """Say yes."""
        return True

    def release(self) -> None:
        """Keep what is held."""


@contextmanager
def opened_study(folder: Path, name: str) -> Iterator[optuna.Study]:
    """Open a study, or begin it, for this process alone.

    Parameters
    ----------
    folder
        Where studies are kept, each in a journal of its own.
    name
        Says what makes its trials comparable; another name is another study.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sha256(name.encode()).hexdigest()[:16]}.journal"
    # The kernel lets go of this lock when its process ends, however it ends.
    with FileLock(f"{path}.lock"):
        _mend(path)
        storage = JournalStorage(JournalFileBackend(str(path), _Held(str(path))))
        study = optuna.create_study(study_name=name, storage=storage, load_if_exists=True)
        for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            study.tell(trial.number, state=TrialState.FAIL)  # its process is gone
        yield study


def finished_trials(study: optuna.Study) -> list[FrozenTrial]:
    """Return the trials that ran to their end or were pruned, in their order."""
    return study.get_trials(deepcopy=False, states=FINISHED)


def _mend(path: Path) -> None:
    """Drop the line that a killed process left half-written: Optuna would append to it."""
    if path.exists() and (content := path.read_bytes()) and not content.endswith(b"\n"):
        with path.open("r+b") as file:
            file.truncate(content.rfind(b"\n") + 1)
